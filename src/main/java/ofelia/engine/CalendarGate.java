package ofelia.engine;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import ofelia.calendar.Calendar;
import ofelia.ledger.Claim;

/// Whether the calendars that a job names let a run of its schedule begin, as [Permits] has it.
/// What somebody asks for by hand is not judged. Safe for any thread.
final class CalendarGate {

  private final Supplier<Map<String, Calendar>> calendars;

  /// @param calendars those in force, by name
  CalendarGate(Supplier<Map<String, Calendar>> calendars) {
    this.calendars = calendars;
  }

  /// @param nowMillis when the run would begin
  /// @return empty when nothing speaks against it
  Optional<Verdict> judge(Ready ready, long nowMillis) {
    Permits permits = permits(ready);
    Claim claim = ready.claim();
    if (permits.areUnbounded() || !claim.cause().isOfSchedule()) {
      return Optional.empty();
    }
    Optional<String> atDue = objection(permits, claim.dueMillis());
    Optional<String> why = atDue.isPresent() ? atDue : objection(permits, nowMillis);
    if (why.isEmpty()) {
      return Optional.empty();
    }
    if (!permits.rules().defer()) {
      return Optional.of(new Verdict.Skip(why.get()));
    }
    long release = releaseMillis(ready, nowMillis);
    if (release <= nowMillis) {
      return Optional.empty();
    }
    return Optional.of(
        release == Calendar.NEVER
            ? new Verdict.Skip(why.get() + ", and no end of that is in sight")
            : new Verdict.Hold(
                release, why.get() + "; it begins at " + Instant.ofEpochMilli(release)));
  }

  /// When a run may begin that would at another time; later than that only where the job wants it
  /// deferred.
  long releaseMillis(Ready ready, long beginMillis) {
    Permits permits = permits(ready);
    boolean isJudged =
        !permits.areUnbounded() && ready.claim().cause().isOfSchedule() && permits.rules().defer();
    return isJudged ? permits.releaseMillis(ready.claim().dueMillis(), beginMillis) : beginMillis;
  }

  private Permits permits(Ready ready) {
    return new Permits(ready.rules().calendars(), calendars.get());
  }

  private static Optional<String> objection(Permits permits, long atMillis) {
    return permits.objection(atMillis, Instant.ofEpochMilli(atMillis));
  }
}
