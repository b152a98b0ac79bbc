package ofelia.cron;

import org.jspecify.annotations.Nullable;

/// The days that match, answered a month at a time: bit n of a month's set is day n.
///
/// A month is the natural piece because each rule about days is a rule about a month: the days of a
/// list, each Monday, and whatever counts from a month's end or looks for the nearest working day
/// ([MonthRules]). A rule adds its bits to the month's set, and searching and counting need not
/// know about it.
///
/// Days are numbered from 1970-01-01, which is day 0, in the proleptic Gregorian calendar. The way
/// from a day's number to year, month and day is Howard Hinnant's `civil_from_days`
/// ("chrono-Compatible Low-Level Date Algorithms",
/// <https://howardhinnant.github.io/date_algorithms.html>).
///
/// @param daysOfMonth bits 1 to 31
/// @param months bits 1 to 12
/// @param daysOfWeek bits 0 (Sunday) to 6
/// @param eitherMatches both day fields are restricted and a day needs only one of them
/// @param rules null when there are none
/// @param years null for all of them
record Days(
    int daysOfMonth,
    int months,
    int daysOfWeek,
    boolean eitherMatches,
    @Nullable MonthRules rules,
    @Nullable Years years) {

  static final int EVERY_DAY_OF_MONTH = ~1;
  static final int EVERY_MONTH = 0b1_1111_1111_1110;
  static final int EVERY_DAY_OF_WEEK = 0b111_1111;

  /// No combination of rules about days is further from its next than 40 years: how the months of a
  /// year lie depends on its first weekday and on 29 February alone, and a leap year that begins
  /// with a given weekday comes every 28 years, or after 40 where a century without a leap day lies
  /// between. The bound is one year longer. It says nothing about lists of years.
  static final int SEARCH_DAYS = 41 * 366;

  static final long NONE = Long.MAX_VALUE;

  /// Days repeat after 400 years.
  private static final int CYCLE_YEARS = 400;

  /// Whether no day is left out, so that no calendar need be asked.
  boolean isEvery() {
    return years == null
        && months == EVERY_MONTH
        && (eitherMatches
            ? daysOfMonth == EVERY_DAY_OF_MONTH || daysOfWeek == EVERY_DAY_OF_WEEK
            : daysOfMonth == EVERY_DAY_OF_MONTH && daysOfWeek == EVERY_DAY_OF_WEEK);
  }

  /// Whether a day needs both of two restricted fields, or only one of them.
  Days withEither(boolean either) {
    return new Days(daysOfMonth, months, daysOfWeek, either, rules, years);
  }

  /// How often days match.
  enum Frequency {
    /// No day ever does.
    NEVER,
    /// Less than one in two years does, from the first to the last of them.
    RARE,
    OFTEN
  }

  /// How often days match in the calendar's cycle, or in the years that are named. Looks no further
  /// than it must: a few months for nearly all.
  Frequency frequency() {
    int often = (years == null ? CYCLE_YEARS : Years.LAST) / 2 + 1;
    long first = 0;
    long last = 0;
    int found = 0;
    for (long year = firstYear(); year != Years.NONE; year = yearAfter(year)) {
      long firstDay = Years.firstDay(year);
      for (int month = 1; month <= 12; month++) {
        int matching = Integer.bitCount(in(year, month, firstDay));
        if (matching > 0) {
          first = found == 0 ? year : first;
          last = year;
          found += matching;
        }
        firstDay += length(year, month);
      }
      if (found >= often) {
        return Frequency.OFTEN;
      }
    }
    boolean isRare = years == null || found > 1 && last - first + 1 > 2L * found;
    return found == 0 ? Frequency.NEVER : isRare ? Frequency.RARE : Frequency.OFTEN;
  }

  private long firstYear() {
    return years == null ? 2000 : years.nextOrSame(Years.FIRST);
  }

  private long yearAfter(long year) {
    if (years != null) {
      return years.nextOrSame(year + 1);
    }
    return year + 1 < 2000 + CYCLE_YEARS ? year + 1 : Years.NONE;
  }

  /// The first matching day at or after `from` and before `until`, or [#NONE].
  long nextOrSame(long from, long until) {
    if (years == null
        && rules == null
        && !eitherMatches
        && daysOfMonth == EVERY_DAY_OF_MONTH
        && months == EVERY_MONTH) {
      long found = from + Integer.numberOfTrailingZeros(weekFrom(from));
      return found < until ? found : NONE;
    }
    long era = Math.floorDiv(from + 719_468, 146_097L);
    int dayOfEra = (int) (from + 719_468 - era * 146_097);
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
    int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);

    long firstDay = from - (day - 1);
    if (years != null) {
      long wanted = years.nextOrSame(year);
      if (wanted == Years.NONE) {
        return NONE;
      }
      if (wanted > year) {
        year = wanted;
        month = 1;
        firstDay = Years.firstDay(year);
        day = 1;
      }
    }
    int set = in(year, month, firstDay) & -1 << day;
    while (set == 0) {
      firstDay += length(year, month);
      if (firstDay >= until) {
        return NONE;
      }
      if (++month > 12) {
        month = 1;
        year++;
        if (years != null) {
          year = years.nextOrSame(year);
          if (year == Years.NONE) {
            return NONE;
          }
          firstDay = Years.firstDay(year);
        }
      }
      set = in(year, month, firstDay);
    }
    long found = firstDay + Integer.numberOfTrailingZeros(set) - 1;
    return found < until ? found : NONE;
  }

  /// How many days match from `from` to before `until`.
  long count(long from, long until) {
    long count = 0;
    for (long day = nextOrSame(from, until); day != NONE; day = nextOrSame(day + 1, until)) {
      count++;
    }
    return count;
  }

  /// The matching days of one month.
  ///
  /// @param firstDay the number of the month's first day
  private int in(long year, int month, long firstDay) {
    if ((months >>> month & 1) == 0) {
      return 0;
    }
    int inMonth = (int) ((1L << length(year, month) + 1) - 1);
    if (rules != null) {
      return withRules(rules, length(year, month), firstDay) & inMonth;
    }
    if (!eitherMatches && daysOfWeek == EVERY_DAY_OF_WEEK) {
      return daysOfMonth & inMonth;
    }
    int byWeekday = eachWeekFrom(firstDay);
    return (eitherMatches ? byWeekday | daysOfMonth : byWeekday & daysOfMonth) & inMonth;
  }

  private int withRules(MonthRules special, int length, long firstDay) {
    int firstWeekday = Math.floorMod(firstDay + 4, 7);
    int byWeekday = eachWeekFrom(firstDay) | special.byWeekday(length, firstWeekday);
    int byDate = daysOfMonth | special.byDate(length, firstWeekday);
    return eitherMatches ? byWeekday | byDate : byWeekday & byDate;
  }

  /// The week of a month's first day five times in a row, moved by one since days count from 1.
  private int eachWeekFrom(long firstDay) {
    return (int) (weekFrom(firstDay) * 0b1_0000001_0000001_0000001_0000001L << 1);
  }

  /// The days of the week, turned so that bit 0 stands for `day`. Day 0 was a Thursday.
  private int weekFrom(long day) {
    return (daysOfWeek | daysOfWeek << 7) >>> (int) Math.floorMod(day + 4, 7L) & EVERY_DAY_OF_WEEK;
  }

  private static int length(long year, int month) {
    if (month == 2) {
      return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    }
    return 30 + (0b1_0101_1010_1010 >>> month & 1);
  }
}
