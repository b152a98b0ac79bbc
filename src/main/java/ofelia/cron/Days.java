package ofelia.cron;

/// The days that match, answered a month at a time: bit n of a month's set is day n.
///
/// A month is the natural piece because each rule about days is a rule about a month: the days of a
/// list, each Monday, and whatever counts from a month's end or looks for the nearest working day.
/// A rule adds its bits to the month's set, and searching and counting need not know about it.
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
record Days(int daysOfMonth, int months, int daysOfWeek, boolean eitherMatches) {

  static final int EVERY_DAY_OF_MONTH = ~1;
  static final int EVERY_MONTH = 0b1_1111_1111_1110;
  static final int EVERY_DAY_OF_WEEK = 0b111_1111;

  /// No combination of date and weekday is further from its next than 40 years: 29 February falls
  /// on a given weekday every 28 years, or 40 where a century without a leap day lies between. The
  /// bound is one year longer.
  static final int SEARCH_DAYS = 41 * 366;

  static final long NONE = Long.MAX_VALUE;

  private static final int EVERY_YEAR_CYCLE = 400 * 12;

  /// Whether no day is left out, so that no calendar need be asked.
  boolean isEvery() {
    return months == EVERY_MONTH
        && (eitherMatches
            ? daysOfMonth == EVERY_DAY_OF_MONTH || daysOfWeek == EVERY_DAY_OF_WEEK
            : daysOfMonth == EVERY_DAY_OF_MONTH && daysOfWeek == EVERY_DAY_OF_WEEK);
  }

  /// Whether any day of the calendar's cycle of 400 years matches.
  boolean isEver() {
    long firstDay = 0;
    for (int i = 0; i < EVERY_YEAR_CYCLE; i++) {
      int year = 1970 + i / 12;
      int month = 1 + i % 12;
      if (in(year, month, firstDay) != 0) {
        return true;
      }
      firstDay += length(year, month);
    }
    return false;
  }

  /// The first matching day at or after `from` and before `until`, or [#NONE].
  long nextOrSame(long from, long until) {
    if (!eitherMatches && daysOfMonth == EVERY_DAY_OF_MONTH && months == EVERY_MONTH) {
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
    int set = in(year, month, firstDay) & -1 << day;
    while (set == 0) {
      firstDay += length(year, month);
      if (firstDay >= until) {
        return NONE;
      }
      if (++month > 12) {
        month = 1;
        year++;
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
    if (!eitherMatches && daysOfWeek == EVERY_DAY_OF_WEEK) {
      return daysOfMonth & inMonth;
    }
    // The week of the first day five times in a row, moved by one since days count from 1.
    int byWeekday = (int) (weekFrom(firstDay) * 0b1_0000001_0000001_0000001_0000001L << 1);
    return (eitherMatches ? byWeekday | daysOfMonth : byWeekday & daysOfMonth) & inMonth;
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
