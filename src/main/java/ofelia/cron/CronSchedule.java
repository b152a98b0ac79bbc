package ofelia.cron;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// Due when the clocks on the wall of one zone show a time that the fields name.
///
/// # How the next instant is found
///
/// The fields are bit sets: [Times] answers "the next time of this day", [Days] "the next day",
/// both by counting trailing zeros. The search goes along the periods of unchanging offset of the
/// [Zone]: within one, local time is the instant plus a constant, so that days, hours and seconds
/// are plain integer arithmetic, and nothing is allocated.
///
/// # When clocks change
///
/// As in Debian's cron(8), it depends on whether the minute or the hour begins with `*` (or `?`).
///
/// - If neither does, the schedule names **fixed times**, and each of them counts once a day.
///   Periods are laid end to end by their local time: what falls into a gap is due once, together,
///   at the gap's end; of an overlap only the first pass counts.
/// - If one does, the schedule means **an interval** and follows elapsed time: each real instant
///   counts whose local time matches, in both passes of an overlap, and a gap holds no instants.
///
/// # Where the search ends
///
/// After 41 years ([Days#SEARCH_DAYS]): what has not come by then never comes. Instants after the
/// year 9999 are not given.
public final class CronSchedule implements Schedule {

  /// 9999-12-31T23:59:59Z in seconds.
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final long NONE = Long.MAX_VALUE;

  /// Schedules made lately, each where its hash puts it, so that thousands of jobs due at the same
  /// times share one object. Written without a lock: what is overwritten is only shared no longer,
  /// and final fields make an object safe to read however it was published.
  private static final @Nullable CronSchedule[] RECENT = new CronSchedule[256];

  private final String fields;
  private final Zone zone;
  private final Times times;
  private final Days days;
  private final boolean everyDay;
  private final boolean fixedTimes;

  CronSchedule(String fields, ZoneId zone, Times times, Days days, boolean fixedTimes) {
    this.fields = fields;
    this.zone = Zone.of(zone);
    this.times = times;
    this.days = days;
    this.everyDay = days.isEvery();
    this.fixedTimes = fixedTimes;
  }

  /// This schedule, or an equal one that was made before.
  CronSchedule shared() {
    int hash = hashCode();
    int place = (hash ^ hash >>> 16) & RECENT.length - 1;
    CronSchedule known = RECENT[place];
    if (known != null && known.equals(this)) {
      return known;
    }
    RECENT[place] = this;
    return this;
  }

  /// The zone whose local time the fields are about.
  public ZoneId zone() {
    return zone.id();
  }

  /// {@inheritDoc}
  ///
  /// @param anchorMillis ignored
  @Override
  public long next(long afterMillis, long anchorMillis) {
    long second = Math.floorDiv(afterMillis, 1000L) + 1;
    if (second > LAST_SECOND) {
      return NEVER;
    }
    long bound = Math.min(LAST_SECOND, second + (long) Days.SEARCH_DAYS * Times.SECONDS_PER_DAY);
    Zone.Period period = zone.at(second);
    long local = localStart(period, second);
    while (true) {
      long localEnd = Math.min(period.until(), bound + 1) + period.offset();
      long found = nextLocal(local, localEnd);
      if (found != NONE) {
        // Only what lies in the gap before this period comes out before its begin.
        return Math.max(found - period.offset(), period.from()) * 1000;
      }
      if (period.until() > bound) {
        return NEVER;
      }
      period = zone.at(period.until());
      local = localStart(period, period.from());
    }
  }

  @Override
  public Stretch passed(long afterMillis, long throughMillis, long anchorMillis) {
    long first = next(afterMillis, anchorMillis);
    long through = Math.min(throughMillis, LAST_SECOND * 1000);
    if (first > through) {
      return Stretch.NONE;
    }
    long last = last(first, through);
    return new Stretch(first, last, count(first / 1000, last / 1000));
  }

  @Override
  public String text() {
    return "CRON_TZ=" + zone.id().getId() + " " + fields;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CronSchedule that && fields.equals(that.fields) && zone == that.zone;
  }

  @Override
  public int hashCode() {
    return 31 * fields.hashCode() + zone.id().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }

  /// The local time from which a period is to be searched when the search enters it at `second`.
  /// For fixed times that is where the period before it ended, a gap included and a second pass
  /// left out.
  private long localStart(Zone.Period period, long second) {
    long local = second + period.offset();
    if (!fixedTimes) {
      return local;
    }
    long endBefore = period.from() + period.before();
    return second == period.from() ? endBefore : Math.max(local, endBefore);
  }

  /// The first matching local second from `from` to before `until`, or [#NONE].
  private long nextLocal(long from, long until) {
    if (from >= until) {
      return NONE;
    }
    long day = Math.floorDiv(from, (long) Times.SECONDS_PER_DAY);
    long endDay = Math.floorDiv(until - 1, (long) Times.SECONDS_PER_DAY) + 1;
    int time = times.nextOrSame((int) (from - day * Times.SECONDS_PER_DAY));
    long matching = nextDay(time < 0 ? day + 1 : day, endDay);
    if (matching == NONE) {
      return NONE;
    }
    long found = matching * Times.SECONDS_PER_DAY + (matching == day ? time : times.first());
    return found < until ? found : NONE;
  }

  private long nextDay(long from, long until) {
    if (from >= until) {
      return NONE;
    }
    return everyDay ? from : days.nextOrSame(from, until);
  }

  /// The last due instant up to and including `throughMillis`, by halving: a later start never
  /// gives an earlier instant.
  ///
  /// @param first a due instant not after `throughMillis`
  private long last(long first, long throughMillis) {
    long due = first;
    long beyond = throughMillis;
    while (beyond - due > 1) {
      long middle = due + (beyond - due) / 2;
      long found = next(middle, 0);
      if (found <= throughMillis) {
        due = found;
      } else {
        beyond = middle;
      }
    }
    long found = next(due, 0);
    return found <= throughMillis ? found : due;
  }

  /// How many instants are due from `first` through `last`, in seconds.
  private long count(long first, long last) {
    long count = 0;
    Zone.Period period = zone.at(first);
    long local = localStart(period, first);
    while (true) {
      long localEnd = Math.min(period.until(), last + 1) + period.offset();
      long gapEnd = period.from() + period.offset();
      if (local < gapEnd) {
        // All that fell into the gap is one instant, and the same one as what is due at the gap's
        // end by itself.
        boolean inGap = nextLocal(local, gapEnd) != NONE;
        boolean atGapEnd = nextLocal(gapEnd, gapEnd + 1) != NONE;
        count += inGap && !atGapEnd ? 1 : 0;
        local = gapEnd;
      }
      count += countLocal(local, localEnd);
      if (period.until() > last) {
        return count;
      }
      period = zone.at(period.until());
      local = localStart(period, period.from());
    }
  }

  /// How many local seconds match from `from` to before `until`.
  private long countLocal(long from, long until) {
    if (from >= until) {
      return 0;
    }
    long fromDay = Math.floorDiv(from, (long) Times.SECONDS_PER_DAY);
    long untilDay = Math.floorDiv(until, (long) Times.SECONDS_PER_DAY);
    long whole = everyDay ? untilDay - fromDay : days.count(fromDay, untilDay);
    return whole * times.perDay()
        + countInDay(untilDay, (int) (until - untilDay * Times.SECONDS_PER_DAY))
        - countInDay(fromDay, (int) (from - fromDay * Times.SECONDS_PER_DAY));
  }

  private int countInDay(long day, int beforeSecond) {
    return nextDay(day, day + 1) == NONE ? 0 : times.before(beforeSecond);
  }
}
