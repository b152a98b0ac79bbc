package ofelia.time;

import java.time.Duration;

/// A wake-up that is remembered until somebody waited for it, like a semaphore with one permit at
/// most.
public interface Signal {

  /// Wakes one waiting thread, or lets the next [#await] return at once. Raising a raised signal
  /// changes nothing.
  void raise();

  /// Waits until the signal is raised, then lowers it.
  ///
  /// @param atMost longest wait on the monotonic clock; zero or negative asks without waiting
  /// @return false when the time passed and nobody raised it
  /// @throws InterruptedException when the thread is told to leave
  boolean await(Duration atMost) throws InterruptedException;
}
