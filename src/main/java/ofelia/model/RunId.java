package ofelia.model;

import java.util.HexFormat;
import java.util.Optional;

/// The number of a run, unique on a machine: the upper bits are drawn by chance for each store, the
/// lower 32 count its runs. Twelve lower-case hexadecimal digits, as in the Go Ofelia's log lines.
///
/// Uniqueness beyond one store matters because survivors of a crash are recognised by
/// `OFELIA_RUN_ID` in their environment, and another daemon's processes must never be taken for
/// ours.
public record RunId(long value) implements Comparable<RunId> {

  private static final int COUNTER_BITS = 32;

  /// The run with number `count` of the store with the tag.
  ///
  /// @param tag the store's, 1 to 65535
  public static RunId of(int tag, long count) {
    return new RunId(((long) tag << COUNTER_BITS) + count);
  }

  /// Reads twelve hexadecimal digits.
  ///
  /// @return empty when the text is anything else
  public static Optional<RunId> parse(String text) {
    if (text.length() != 12 || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      return Optional.empty();
    }
    return Optional.of(new RunId(Long.parseLong(text, 16)));
  }

  /// The next run's number.
  public RunId next() {
    return new RunId(value + 1);
  }

  /// Whether both are runs of one store.
  public boolean isOfSameStoreAs(RunId other) {
    return value >>> COUNTER_BITS == other.value >>> COUNTER_BITS;
  }

  // Written out, as in JobName.
  @Override
  public boolean equals(Object other) {
    return other instanceof RunId that && value == that.value;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(value);
  }

  @Override
  public int compareTo(RunId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(value, 12);
  }
}
