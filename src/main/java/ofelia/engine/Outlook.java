package ofelia.engine;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import ofelia.calendar.Calendar;
import ofelia.cron.Schedule;
import ofelia.model.JobName;
import ofelia.model.JobSpec;

/// What is to come of a schedule: the instants at which it is due, and when their runs begin, as
/// jitter, calendars and a job's mistakes have it. The one answer behind everything that shows when
/// a job runs next. Places, overlap and mutexes are not foreseen.
///
/// Immutable, safe for any thread.
public final class Outlook {

  /// How many instants are looked at for one that calendars allow.
  private static final int MOST_STEPS = 10_000;

  /// How far ahead.
  private static final long SEARCH_MILLIS = Duration.ofDays(2 * 366).toMillis();

  /// Without jitter a name does not matter.
  private static final JobName NOBODY = new JobName("nobody");

  private final DueInstants due;
  private final Permits permits;
  private final boolean isHeldBack;

  private Outlook(DueInstants due, Permits permits, boolean isHeldBack) {
    this.due = due;
    this.permits = permits;
    this.isHeldBack = isHeldBack;
  }

  /// @param anchorMillis from where `@every` counts
  /// @param calendars those in force, by name
  public static Outlook of(JobSpec job, long anchorMillis, Map<String, Calendar> calendars) {
    return new Outlook(
        DueInstants.of(job, anchorMillis),
        new Permits(Rules.Calendars.of(job.settings()), calendars),
        job.isQuarantined());
  }

  /// Of a schedule alone: each run begins at its instant.
  public static Outlook of(Schedule schedule, long anchorMillis) {
    return new Outlook(
        new DueInstants(NOBODY, schedule, anchorMillis, Duration.ZERO),
        new Permits(Rules.Calendars.NONE, Map.of()),
        false);
  }

  /// A due instant.
  ///
  /// @param begin when its run begins, in milliseconds since 1970; empty when it is left out
  /// @param why it does not begin at the instant; empty when it does
  public record Coming(long dueMillis, OptionalLong begin, Optional<String> why) {

    /// Whether its run begins later than it is due.
    public boolean isDelayed() {
      return begin.isPresent() && begin.getAsLong() > dueMillis;
    }
  }

  /// Whether a run may still be to come whose instant has passed.
  public boolean mayDelay() {
    return !due.jitter().isZero() || !permits.areUnbounded() && permits.rules().defer();
  }

  /// Whether mistakes hold the job back, so that nothing of it runs.
  public boolean isHeldBack() {
    return isHeldBack;
  }

  /// All due instants one by one, those that are left out included; each is found when it is asked
  /// for.
  ///
  /// @param afterMillis exclusive
  public Iterator<Coming> after(long afterMillis) {
    return new Iterator<>() {
      private long next = due.next(afterMillis);

      // Until when a run waits that calendars put off.
      private long heldMillis = Long.MIN_VALUE;

      @Override
      public boolean hasNext() {
        return next != Schedule.NEVER;
      }

      @Override
      public Coming next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Coming coming = judge(next, heldMillis);
        if (isPutOff(coming)) {
          heldMillis = coming.begin().getAsLong();
        }
        next = due.next(next);
        return coming;
      }
    };
  }

  private boolean isPutOff(Coming coming) {
    return coming.begin().isPresent()
        && coming.begin().getAsLong() > due.beginMillis(coming.dueMillis());
  }

  /// The first due instant whose run begins; empty when there is none, or calendars allow none
  /// within two years.
  ///
  /// @param afterMillis exclusive
  public Optional<Coming> first(long afterMillis) {
    long at = afterMillis;
    for (int step = 0; step < MOST_STEPS && !isHeldBack; step++) {
      long next = due.next(at);
      if (next == Schedule.NEVER) {
        return Optional.empty();
      }
      Coming coming = of(next);
      if (coming.begin().isPresent()) {
        return Optional.of(coming);
      }
      long allowed = permits.firstAllowed(next);
      if (allowed == Calendar.NEVER || allowed - afterMillis > SEARCH_MILLIS) {
        return Optional.empty();
      }
      at = Math.max(next, allowed - 1);
    }
    return Optional.empty();
  }

  /// What becomes of a due instant, if no run of another one waits.
  public Coming of(long dueMillis) {
    return judge(dueMillis, Long.MIN_VALUE);
  }

  private Coming judge(long dueMillis, long heldMillis) {
    if (isHeldBack) {
      return leftOut(dueMillis, "the job is held back because of a mistake");
    }
    long begin = due.beginMillis(dueMillis);
    Optional<String> atDue = permits.objection(dueMillis, "it");
    Optional<String> why = atDue.isPresent() ? atDue : permits.objection(begin, "its begin");
    if (why.isEmpty()) {
      return new Coming(
          dueMillis,
          OptionalLong.of(begin),
          begin > dueMillis ? Optional.of("jitter") : Optional.empty());
    }
    if (!permits.rules().defer()) {
      return leftOut(dueMillis, why.get());
    }
    long release = permits.releaseMillis(dueMillis, begin);
    if (release == Calendar.NEVER) {
      return leftOut(dueMillis, why.get() + ", and no end of that is in sight");
    }
    return begin < heldMillis
        ? leftOut(dueMillis, why.get() + "; an earlier run waits for that already")
        : new Coming(dueMillis, OptionalLong.of(release), why);
  }

  private static Coming leftOut(long dueMillis, String why) {
    return new Coming(dueMillis, OptionalLong.empty(), Optional.of(why));
  }
}
