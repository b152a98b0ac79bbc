package ofelia.time;

import java.time.Duration;

/// A thread that somebody owns.
public interface Hand {

  /// Tells the work to leave: its waiting calls throw [InterruptedException].
  void interrupt();

  /// Waits for the work's end.
  ///
  /// @return false when it was still going on after `atMost`
  boolean join(Duration atMost) throws InterruptedException;
}
