package ofelia.runner.process;

import java.time.Duration;

/// A process in a session of its own. One thread at a time awaits it; the rest is safe for any
/// thread.
///
/// Whoever starts one awaits it inside try-with-resources: only [#await] moves its output along,
/// and only that or [#close] takes its end notice from the system.
public interface LocalProcess extends AutoCloseable {

  /// What to store, so that the process can be found after a restart.
  ProcessMark mark();

  /// Copies the output to the sink until the process itself has ended, then ends what it left
  /// behind: its session, its descendants, and whatever carries its `OFELIA_RUN_ID`. What was in
  /// the pipes when the process ended is delivered completely; what left-over processes write after
  /// that is not.
  ///
  /// Called again after the end it returns the same exit at once. What the sink throws comes out
  /// here, and the process goes on until it is closed.
  ///
  /// @throws InterruptedException if the thread was interrupted; the process goes on
  Exit await(OutputSink sink) throws InterruptedException;

  /// Makes [#await] ask the process and all it started to end (TERM), and after `grace` force them
  /// to (KILL). Returns at once; after the end it does nothing. Of several requests the one whose
  /// grace is over first counts.
  void stop(Duration grace);

  /// Ends whatever still lives, without grace and without its output. Called by the thread that
  /// awaits, or after that.
  @Override
  void close();
}
