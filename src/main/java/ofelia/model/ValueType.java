package ofelia.model;

/// How the values of a key are written.
public interface ValueType<T> {

  /// What to call it in documentation: `duration`, `boolean`, `list`.
  String word();

  /// Reads a value.
  ///
  /// @throws ValueSyntaxException when the text is not one
  T parse(String text) throws ValueSyntaxException;

  /// Text that [#parse] reads back to an equal value.
  String format(T value);

  /// Whether a key may be given several times. Such a type's `T` is a [java.util.List]; its
  /// [#parse] reads one element and gives a list of one, and the lists are joined in the order
  /// written. Its [#format] is not asked: elements are strings.
  default boolean isList() {
    return false;
  }
}
