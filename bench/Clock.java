import java.time.Instant;

/// The wall clock with microseconds.
final class Clock {

  private Clock() {}

  /// Milliseconds since 1970.
  static double millis() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1e3 + now.getNano() / 1e6;
  }
}
