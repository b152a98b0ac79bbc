package ofelia.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.model.Cause;
import ofelia.syntax.GoDuration;

/// What becomes of due instants that passed while nobody was there, as the job's [Misfire] says.
///
/// The newest instant has not passed while its run still waits for its jitter; it is claimed as
/// usual.
///
/// @param missed instants to be recorded as missed, the oldest first
/// @param claimed instants to be claimed all the same, the oldest first; all of them come after
///   those missed
record Passed(List<Stretch> missed, List<Planned> claimed) {

  static final Passed NOTHING = new Passed(List.of(), List.of());

  /// @param cursorMillis exclusive
  /// @param nowMillis inclusive
  /// @param why nobody was there
  static Passed of(
      DueInstants due, long cursorMillis, long nowMillis, Misfire misfire, String why) {
    var all = due.passed(cursorMillis, nowMillis);
    if (all.isEmpty()) {
      return NOTHING;
    }
    Judgement judgement = new Judgement(due, cursorMillis, nowMillis, misfire, why);
    if (due.beginMillis(all.lastMillis()) <= nowMillis) {
      judgement.judge(nowMillis);
    } else {
      judgement.judge(all.lastMillis() - 1);
      judgement.claim(all.lastMillis(), Cause.SCHEDULE);
    }
    return new Passed(List.copyOf(judgement.missed), List.copyOf(judgement.claimed));
  }

  /// Where the cursor stands once all is on record; empty when nothing passed.
  OptionalLong cursorMillis() {
    if (!claimed.isEmpty()) {
      return OptionalLong.of(claimed.getLast().dueMillis());
    }
    return missed.isEmpty() ? OptionalLong.empty() : OptionalLong.of(missed.getLast().lastMillis());
  }

  /// Goes through the instants from the oldest on.
  private static final class Judgement {
    private final DueInstants due;
    private final long nowMillis;
    private final Misfire misfire;
    private final String why;
    private final List<Stretch> missed = new ArrayList<>();
    private final List<Planned> claimed = new ArrayList<>();
    private long cursorMillis;

    Judgement(DueInstants due, long cursorMillis, long nowMillis, Misfire misfire, String why) {
      this.due = due;
      this.cursorMillis = cursorMillis;
      this.nowMillis = nowMillis;
      this.misfire = misfire;
      this.why = why;
    }

    void judge(long throughMillis) {
      var all = due.passed(cursorMillis, throughMillis);
      if (all.isEmpty()) {
        return;
      }
      long late = nowMillis - due.beginMillis(all.lastMillis());
      boolean newestRuns = !misfire.isBeyondReach(late);
      switch (misfire.policy()) {
        case SKIP -> {
          miss(newestRuns ? all.lastMillis() - 1 : all.lastMillis(), why);
          if (newestRuns) {
            claim(all.lastMillis(), Cause.SCHEDULE);
          }
        }
        case LATEST -> {
          if (newestRuns) {
            miss(all.lastMillis() - 1, why + "; only the newest is made up for (misfire = latest)");
            claim(all.lastMillis(), causeOf(late));
          } else {
            missOld(all.lastMillis());
          }
        }
        case ALL -> judgeEach(all.lastMillis(), late);
      }
    }

    private void judgeEach(long lastMillis, long lateMillis) {
      missOld(nowMillis - misfire.reach().plus(due.jitter()).toMillis() - 1);
      var kept = due.passed(cursorMillis, lastMillis);
      if (kept.count() > misfire.most()) {
        miss(
            beforeTheLast(misfire.most(), lastMillis),
            why + "; more than %d had passed (max-catch-up)".formatted(misfire.most()));
      }
      boolean isOne = kept.count() == 1;
      while (cursorMillis < lastMillis) {
        claim(due.next(cursorMillis), isOne ? causeOf(lateMillis) : Cause.CATCH_UP);
      }
    }

    /// The latest time after which no more than so many instants come.
    private long beforeTheLast(int count, long lastMillis) {
      long tooEarly = cursorMillis;
      long found = lastMillis;
      while (found - tooEarly > 1) {
        long between = tooEarly + (found - tooEarly) / 2;
        if (due.passed(between, lastMillis).count() > count) {
          tooEarly = between;
        } else {
          found = between;
        }
      }
      return found;
    }

    private Cause causeOf(long lateMillis) {
      return misfire.isLate(lateMillis) ? Cause.CATCH_UP : Cause.SCHEDULE;
    }

    private void missOld(long throughMillis) {
      miss(
          throughMillis,
          why
              + "; longer than %s ago (%s)"
                  .formatted(GoDuration.format(misfire.reach()), misfire.reachKey()));
    }

    /// @param throughMillis inclusive
    private void miss(long throughMillis, String reason) {
      var instants = due.passed(cursorMillis, throughMillis);
      if (!instants.isEmpty()) {
        missed.add(due.missed(cursorMillis, instants, reason));
        cursorMillis = instants.lastMillis();
      }
    }

    void claim(long dueMillis, Cause cause) {
      claimed.add(new Planned(due.job(), cursorMillis, dueMillis, cause));
      cursorMillis = dueMillis;
    }
  }
}
