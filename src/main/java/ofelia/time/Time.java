package ofelia.time;

import java.time.Instant;
import java.util.OptionalLong;

/// The wall clock, the monotonic clock and waiting, which belong together: whoever replaces one has
/// to replace all.
///
/// Safe for any thread.
public interface Time {

  /// The wall clock in milliseconds since 1970-01-01T00:00Z. May step in either direction.
  long millis();

  /// The monotonic clock in nanoseconds from an arbitrary origin. Never steps; may stand still
  /// while the machine is suspended.
  long nanos();

  /// How long the machine has been suspended, in milliseconds from an arbitrary origin: only
  /// differences mean something. Empty where the machine does not tell.
  default OptionalLong suspendedMillis() {
    return OptionalLong.empty();
  }

  /// A new signal, not raised.
  Signal newSignal();

  /// The wall clock, to the millisecond.
  default Instant now() {
    return Instant.ofEpochMilli(millis());
  }
}
