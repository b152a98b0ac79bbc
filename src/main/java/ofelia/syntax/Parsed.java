package ofelia.syntax;

/// What reading one value gave: the value, or where and why it could not be read.
public sealed interface Parsed<T> {

  /// The value was understood.
  record Good<T>(T value) implements Parsed<T> {}

  /// The value was not understood.
  ///
  /// @param column 1-based position inside the value where reading stopped
  /// @param found what is wrong, a phrase without a final stop
  /// @param advice what to write instead, a phrase without a final stop
  record Bad<T>(int column, String found, String advice) implements Parsed<T> {}

  static <T> Parsed<T> good(T value) {
    return new Good<>(value);
  }

  static <T> Parsed<T> bad(int column, String found, String advice) {
    return new Bad<>(column, found, advice);
  }
}
