package ofelia.cron;

import java.time.ZoneId;
import java.util.Optional;
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
/// As in Debian's cron(8), it depends on whether the minute or the hour begins with `*` (or `?`),
/// unless the person said what they want ([Dst]).
///
/// - If neither does, the schedule names **fixed times**, and each of them counts once a day
///   ([Dst#ONCE]). Periods are laid end to end by their local time: what falls into a gap is due
///   once, together, at the gap's end; of an overlap only the first pass counts.
/// - If one does, the schedule means **an interval** and follows elapsed time ([Dst#ELAPSED]): each
///   real instant counts whose local time matches, in both passes of an overlap, and a gap holds no
///   instants; but a day whose instants all lie in a gap has one, at the gap's end.
///
/// # Where the search ends
///
/// After 41 years ([Days#SEARCH_DAYS]): what has not come by then never comes, lists of years
/// aside. Instants after the year 9999 are not given. Periods without a matching day are not
/// visited.
public final class CronSchedule implements Schedule {

  /// 9999-12-31T23:59:59Z in seconds.
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final long NONE = Long.MAX_VALUE;

  /// Schedules made lately, each where its hash puts it, so that thousands of jobs due at the same
  /// times share one object. Written without a lock: what is overwritten is only shared no longer,
  /// and final fields make an object safe to read however it was published.
  private static final @Nullable CronSchedule[] RECENT = new CronSchedule[256];

  /// More than local time in one zone can be ahead of that in another, in seconds.
  private static final long OFFSETS = 2 * 18 * 3_600L;

  static final String BOTH_DAYS = "DAY_MATCH=and ";

  private final String fields;
  private final Zone zone;
  private final Times times;
  private final Days days;
  private final boolean everyDay;
  private final Dst dst;

  /// @param fields as they are written, after the prefixes that change what they mean
  /// @param dst any but [Dst#AUTO]
  CronSchedule(String fields, ZoneId zone, Times times, Days days, Dst dst) {
    this.fields = fields;
    this.zone = Zone.of(zone);
    this.times = times;
    this.days = days;
    this.everyDay = days.isEvery();
    this.dst = dst;
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

  Times times() {
    return times;
  }

  Days days() {
    return days;
  }

  /// What it does when clocks change: any but [Dst#AUTO].
  Dst dst() {
    return dst;
  }

  /// Its fields and the prefixes that change what they mean, without the zone.
  String fields() {
    return fields;
  }

  /// The same fields under the other rule for days; empty where there is no difference because the
  /// day fields are not both restricted.
  Optional<CronSchedule> underOtherDayMatch() {
    if (days.eitherMatches()) {
      return Optional.of(
          new CronSchedule(BOTH_DAYS + fields, zone.id(), times, days.withEither(false), dst));
    }
    return fields.startsWith(BOTH_DAYS)
        ? Optional.of(
            new CronSchedule(
                fields.substring(BOTH_DAYS.length()), zone.id(), times, days.withEither(true), dst))
        : Optional.empty();
  }

  /// {@inheritDoc}
  ///
  /// @param anchorMillis ignored
  @Override
  public long next(long afterMillis, long anchorMillis) {
    long second = Math.floorDiv(afterMillis, 1000L) + 1;
    long bound =
        days.years() == null && second < LAST_SECOND
            ? Math.min(LAST_SECOND, second + (long) Days.SEARCH_DAYS * Times.SECONDS_PER_DAY)
            : LAST_SECOND;
    while (second <= bound) {
      Zone.Period period = zone.at(second);
      if (second == period.from() && isDueForGap(period)) {
        return second * 1000;
      }
      long end = Math.min(period.until(), bound + 1);
      long found = nextLocal(localStart(period, second), end + period.offset());
      if (found != NONE) {
        return (found - period.offset()) * 1000;
      }
      second = resume(end, end + period.offset(), bound);
    }
    return NEVER;
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
  public boolean isInterval() {
    return dst == Dst.ELAPSED;
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

  /// What the change of the clocks has to do with a due instant; empty for nearly all of them.
  Optional<ClockChange> clockChangeAt(long dueMillis) {
    long second = Math.floorDiv(dueMillis, 1000L);
    Zone.Period period = zone.at(second);
    long local = second + period.offset();
    long endBefore = period.from() + period.before();
    if (second == period.from() && endBefore < local) {
      return Optional.of(new ClockChange.Gap(endBefore, local, isDueForGap(period)));
    }
    if (local < endBefore) {
      return Optional.of(
          new ClockChange.Overlap(period.from() + period.offset(), endBefore, false));
    }
    if (period.until() > LAST_SECOND) {
      return Optional.empty();
    }
    long end = period.until() + period.offset();
    long beginAfter = period.until() + zone.at(period.until()).offset();
    return beginAfter <= local && local < end
        ? Optional.of(new ClockChange.Overlap(beginAfter, end, true))
        : Optional.empty();
  }

  /// The local time from which a period is to be searched when the search enters it at `second`.
  /// Where each time counts once, the second pass of an overlap is left out.
  private long localStart(Zone.Period period, long second) {
    long local = second + period.offset();
    return dst == Dst.ONCE ? Math.max(local, period.from() + period.before()) : local;
  }

  /// Whether the first moment of a period is due for what lies in the gap before it, if there is
  /// one.
  private boolean isDueForGap(Zone.Period period) {
    long begin = period.from() + period.before();
    long end = period.from() + period.offset();
    return begin < end
        && switch (dst) {
          case ONCE -> nextLocal(begin, end) != NONE;
          case AUTO, ELAPSED -> holdsADay(begin, end);
          case LITERAL -> false;
        };
  }

  /// Whether all times of a matching day lie between two local times.
  private boolean holdsADay(long begin, long end) {
    long endDay = Math.floorDiv(end - 1, (long) Times.SECONDS_PER_DAY) + 1;
    long day = Math.floorDiv(begin, (long) Times.SECONDS_PER_DAY);
    while ((day = nextDay(day, endDay)) != NONE) {
      long midnight = day * Times.SECONDS_PER_DAY;
      if (midnight + times.first() >= begin && midnight + times.last() < end) {
        return true;
      }
      day++;
    }
    return false;
  }

  /// Where to go on when nothing is left in a period: its end, or so far beyond it that the changes
  /// of the clocks between cannot touch a matching day.
  ///
  /// @param end of the period, in seconds
  /// @param localEnd the same as local time
  private long resume(long end, long localEnd, long bound) {
    if (everyDay || end > bound) {
      return end;
    }
    long untilDay = Math.floorDiv(bound + OFFSETS, (long) Times.SECONDS_PER_DAY);
    long fromDay = Math.floorDiv(localEnd - OFFSETS, (long) Times.SECONDS_PER_DAY);
    long day = days.nextOrSame(fromDay, untilDay);
    return day == NONE
        ? bound + 1
        : Math.max(end, day * Times.SECONDS_PER_DAY - OFFSETS - Times.SECONDS_PER_DAY);
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
    long second = first;
    while (second <= last) {
      Zone.Period period = zone.at(second);
      if (second == period.from() && isDueForGap(period)) {
        // The same instant as what is due at the gap's end by itself.
        long gapEnd = second + period.offset();
        count += nextLocal(gapEnd, gapEnd + 1) == NONE ? 1 : 0;
      }
      long end = Math.min(period.until(), last + 1);
      count += countLocal(localStart(period, second), end + period.offset());
      second = end;
    }
    return count;
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
