package ofelia.engine;

/// Bounds of the whole scheduler.
///
/// @param concurrentRuns how many runs may go on at once; those above wait
/// @param waitingRuns how many may wait; those above are refused
public record Limits(int concurrentRuns, int waitingRuns) {

  /// Generous: a run costs a few kilobytes of ours, what it costs the machine is the machine's to
  /// say.
  public static final Limits DEFAULT = new Limits(1_000, 100_000);
}
