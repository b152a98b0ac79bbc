package ofelia.runner;

import java.time.Instant;
import java.util.Set;
import ofelia.model.RunId;

/// A history that says the same of all runs, but for some that are open.
///
/// @param areKnown whether there are such runs at all
/// @param open those that are taken up
/// @param handles what each of them recorded
record KnownRuns(boolean areKnown, Set<RunId> open, Set<String> handles)
    implements Leftovers.Known {

  /// All are known and over, and have recorded nothing.
  static final KnownRuns OVER = new KnownRuns(true, Set.of(), Set.of());

  static KnownRuns open(RunId run) {
    return new KnownRuns(true, Set.of(run), Set.of());
  }

  @Override
  public boolean has(RunId run) {
    return areKnown;
  }

  @Override
  public boolean mayBeOf(RunId run, Instant created) {
    return areKnown;
  }

  @Override
  public boolean isTakenUp(RunId run) {
    return open.contains(run);
  }

  @Override
  public Set<String> handles(RunId run) {
    return handles;
  }
}
