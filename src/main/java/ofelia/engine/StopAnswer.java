package ofelia.engine;

/// What came of the request to stop a run.
public sealed interface StopAnswer {

  /// It is being ended, or will not begin.
  record Stopping() implements StopAnswer {}

  /// It goes on, and there is no means to end it.
  record CannotStop(String why) implements StopAnswer {}

  /// No run of this number goes on or waits.
  record NotRunning() implements StopAnswer {}
}
