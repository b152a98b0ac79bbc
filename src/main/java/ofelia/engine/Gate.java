package ofelia.engine;

import java.util.Optional;
import ofelia.model.Fate;
import ofelia.model.JobSpec;
import ofelia.model.Problem;

/// Decides whether a claimed occurrence may begin. Owned by the timekeeper's thread.
final class Gate {

  private final Limits limits;
  private final CalendarGate calendars;

  Gate(Limits limits, CalendarGate calendars) {
    this.limits = limits;
    this.calendars = calendars;
  }

  /// @param ofJob how many runs of the job go on or wait
  /// @param running how many runs go on in all
  /// @param waiting how many wait in all
  /// @param nowMillis when it would begin
  Verdict judge(Ready ready, int ofJob, int running, int waiting, long nowMillis) {
    JobSpec job = ready.job();
    if (job.isQuarantined()) {
      Problem first = job.problems().getFirst();
      return new Verdict.Refuse("the job is held back: " + first.text());
    }
    Optional<Verdict> objection = calendars.judge(ready, nowMillis);
    if (objection.isPresent()) {
      return objection.get();
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

  /// When a claim of the schedule may begin that would at another time: later where calendars put
  /// it off.
  long releaseMillis(Ready ready, long beginMillis) {
    return calendars.releaseMillis(ready, beginMillis);
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
