package ofelia.engine;

import ofelia.model.Fate;
import ofelia.model.JobSpec;
import ofelia.model.Problem;

/// Decides whether a claimed occurrence may begin. Owned by the timekeeper's thread.
final class Gate {

  private final Limits limits;

  Gate(Limits limits) {
    this.limits = limits;
  }

  /// @param ofJob how many runs of the job go on or wait
  /// @param running how many runs go on in all
  /// @param waiting how many wait in all
  Verdict judge(Ready ready, int ofJob, int running, int waiting) {
    JobSpec job = ready.job();
    if (job.isQuarantined()) {
      Problem first = job.problems().getFirst();
      return new Verdict.Refuse("the job is held back: " + first.text());
    }
    if (ofJob > 0 && ready.rules().noOverlap()) {
      return new Verdict.Skip("its previous run is still going on (no-overlap)");
    }
    if (hasPlace(running)) {
      return new Verdict.Go();
    }
    if (isFull(waiting)) {
      return new Verdict.Refuse(full(waiting).why());
    }
    return new Verdict.Wait(
        "waits for a free place: " + running + " runs go on (max-concurrent-runs)");
  }

  /// Whether no further run may wait.
  boolean isFull(int waiting) {
    return waiting >= limits.waitingRuns();
  }

  Fate.Refused full(int waiting) {
    return new Fate.Refused(waiting + " runs are waiting already (the limit)");
  }

  /// Whether one more run may go on.
  boolean hasPlace(int running) {
    return running < limits.concurrentRuns();
  }
}
