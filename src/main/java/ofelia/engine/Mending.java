package ofelia.engine;

import java.util.List;
import java.util.Optional;
import ofelia.ledger.Claim;
import ofelia.model.Cause;
import ofelia.model.Fate;
import ofelia.model.JobSpec;

/// Goes on with the runs that earlier starts left open: takes up what was begun, and lets begin
/// what was not, unless it is too late. Owned by the timekeeper's thread.
final class Mending {

  private final Dispatcher dispatcher;
  private final Roster roster;
  private final Clocks clocks;
  private final Later later;

  /// How far the clock was set back between the claims of earlier starts and this one.
  private long setBackMillis;

  private boolean isStopping;

  /// Lets a claim begin at a time to come.
  interface Later {
    void begin(Ready ready, long beginMillis, long cursorMillis);
  }

  Mending(Dispatcher dispatcher, Roster roster, Clocks clocks, Later later) {
    this.dispatcher = dispatcher;
    this.roster = roster;
    this.clocks = clocks;
    this.later = later;
  }

  /// @param setBackMillis how far the clock was set back since the claims were made
  void begin(List<Restart.Left> unfinished, long setBackMillis) {
    this.setBackMillis = setBackMillis;
    for (Restart.Left left : unfinished) {
      dispatcher.foresee(new Ready(left.unfinished().claim(), left.job()), left.unfinished());
    }
    // What goes on first, so that what has not begun waits for it.
    unfinished.stream().filter(Restart.Left::isBegun).forEach(this::mend);
    unfinished.stream().filter(left -> !left.isBegun()).forEach(this::mend);
  }

  /// What has not begun from now on stays for the next start.
  void stopBeginning() {
    isStopping = true;
  }

  private void mend(Restart.Left left) {
    Ready ready = new Ready(left.unfinished().claim(), left.job());
    if (left.isBegun()) {
      dispatcher.takeUp(ready, left.unfinished(), _ -> notBegun(ready, left));
    } else if (dispatcher.closeStopped(ready.claim(), left.unfinished().stopBy())) {
      RunLog.debug(ready.claim(), "had been stopped before it began");
    } else if (left.isReadable()) {
      notBegun(ready, left);
    } else {
      String why = "the daemon ended before it began; its definition cannot be read any more";
      dispatcher.closeUnrun(ready.claim(), new Fate.Missed(why));
    }
  }

  /// A claim of an earlier start that was not begun: the newest of its job begins now, unless it is
  /// too late.
  private void notBegun(Ready ready, Restart.Left left) {
    Claim claim = ready.claim();
    Optional<String> why = whyNot(ready, left.unfinished().isOvertaken());
    if (why.isPresent()) {
      dispatcher.closeUnrun(
          claim, new Fate.Missed("the daemon ended before it began; " + why.get()));
    } else if (isStopping) {
      RunLog.info(claim, "stays for the next start");
    } else {
      // The book does not say that a job must not run; its definition in force does.
      JobSpec job = roster.require(claim.job()).job;
      Ready judged = job.isQuarantined() ? new Ready(claim, job) : ready;
      // Only jitter waits: what is to be made up for has passed, though a clock that was set back
      // may show its instant as one to come.
      boolean waits = claim.cause() == Cause.SCHEDULE && beginMillis(ready) > clocks.millis();
      if (waits) {
        later.begin(judged, beginMillis(ready), claim.dueMillis() - 1);
      } else {
        dispatcher.begin(judged);
      }
    }
  }

  /// @param isOvertaken whether a run of a later instant was begun: then this one was judged
  ///   before, by a start that did not live to record it, and the job may have another schedule by
  ///   now
  private Optional<String> whyNot(Ready ready, boolean isOvertaken) {
    Claim claim = ready.claim();
    if (claim.cause() == Cause.STARTUP) {
      return Optional.of("its start begins another");
    }
    Optional<JobEntry> entry = roster.find(claim.job());
    if (entry.isEmpty()) {
      return Optional.of("the job is not defined any more");
    }
    Misfire misfire = ready.rules().misfire();
    boolean eachRuns = misfire.policy() == Misfire.Policy.ALL;
    long beginMillis = beginMillis(ready);
    long releaseMillis = dispatcher.releaseMillis(ready, beginMillis);
    boolean isPutOff = releaseMillis > beginMillis;
    if (claim.cause().isOfSchedule()
        && !eachRuns
        && !isPutOff
        && (isOvertaken || isSuperseded(claim, entry.get()))) {
      return Optional.of("a later instant has come since");
    }
    if (claim.cause() == Cause.BACKFILL) {
      return Optional.of("whoever asked for it can see that, and ask again");
    }
    long lateMillis = clocks.millis() - releaseMillis;
    return misfire.isBeyondReach(lateMillis)
        ? Optional.of("it is %d s late (%s)".formatted(lateMillis / 1000, misfire.reachKey()))
        : Optional.empty();
  }

  /// When a claim of an earlier start begins: its jitter may not have passed yet.
  private long beginMillis(Ready ready) {
    Claim claim = ready.claim();
    Optional<JobEntry> entry = roster.find(claim.job());
    long begin =
        entry.isEmpty() || claim.cause() != Cause.SCHEDULE
            ? claim.dueMillis()
            : DueInstants.of(ready.job(), entry.get().anchorMillis).beginMillis(claim.dueMillis());
    return begin - setBackMillis;
  }

  /// Whether a later instant of the job's schedule has come.
  private boolean isSuperseded(Claim claim, JobEntry entry) {
    return entry.job.schedule().next(claim.dueMillis(), entry.anchorMillis)
        <= clocks.millis() + setBackMillis;
  }
}
