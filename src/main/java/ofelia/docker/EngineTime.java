package ofelia.docker;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// Instants as the engine writes and reads them.
final class EngineTime {

  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private EngineTime() {}

  /// RFC 3339 with any offset; empty for no text, for nonsense, and for the year 1, by which Go
  /// means never.
  static Optional<Instant> parse(String text) {
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      return instant.isAfter(Instant.EPOCH) ? Optional.of(instant) : Optional.empty();
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  static Instant ofNanos(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
  }

  /// `1136073600.000000001`, as `since` and `until` take it: exact, where a double would round to
  /// microseconds.
  static String parameter(Instant instant) {
    String nanos = Integer.toString(instant.getNano() + NANOS_PER_SECOND).substring(1);
    return instant.getEpochSecond() + "." + nanos;
  }
}
