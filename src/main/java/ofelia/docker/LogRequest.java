package ofelia.docker;

import java.time.Instant;
import java.util.Optional;

/// Which part of a container's log to read.
///
/// @param since inclusive, to the nanosecond; empty for the first byte
/// @param follow whether to go on until the container ends
/// @param timestamps whether each line begins with its RFC 3339 time and a space
/// @param tty whether the container has a terminal, as its inspection says: decides how the stream
///   is read
public record LogRequest(
    boolean stdout,
    boolean stderr,
    Optional<Instant> since,
    boolean follow,
    boolean timestamps,
    boolean tty) {

  /// All that both outputs have and will have.
  public static LogRequest followed(boolean tty) {
    return new LogRequest(true, true, Optional.empty(), true, false, tty);
  }

  /// All that both outputs have by now.
  public static LogRequest soFar(boolean tty) {
    return new LogRequest(true, true, Optional.empty(), false, false, tty);
  }
}
