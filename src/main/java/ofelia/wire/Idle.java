package ofelia.wire;

import java.time.Duration;
import java.util.Optional;

/// How long a stream may stay silent before it is given up: an explicit choice, since both answers
/// are right somewhere. A pull that stalls is broken; a container that prints nothing for a day is
/// not.
///
/// @param limit the longest silence between two arrivals of bytes; empty for any length
public record Idle(Optional<Duration> limit) {

  /// Silence of any length is fine: somebody else will cut the stream when it is no longer wanted.
  public static Idle unlimited() {
    return new Idle(Optional.empty());
  }

  /// Silence of `limit` or longer ends the stream with a [DeadlineExceededException].
  public static Idle limitedTo(Duration limit) {
    return new Idle(Optional.of(limit));
  }
}
