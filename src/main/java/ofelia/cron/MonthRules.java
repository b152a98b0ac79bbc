package ofelia.cron;

/// Days that depend on how a month lies: counted from its end, nearest to a date, or the n-th of a
/// weekday.
///
/// @param fromEnd bit n for the n-th day before the last
/// @param workdays bit n for the day from Monday to Friday nearest to day n
/// @param workdaysFromEnd the same for the n-th day before the last
/// @param nth bit 7·(n-1) + weekday for the n-th of a weekday
/// @param last bit w for the last of weekday w
record MonthRules(int fromEnd, int workdays, int workdaysFromEnd, long nth, int last) {

  boolean isEmpty() {
    return (fromEnd | workdays | workdaysFromEnd | last) == 0 && nth == 0;
  }

  /// The days that day of month names, bit n for day n.
  ///
  /// @param length the month's number of days
  /// @param firstWeekday of its first day, 0 for Sunday
  int byDate(int length, int firstWeekday) {
    int days = 0;
    for (int rest = fromEnd; rest != 0; rest &= rest - 1) {
      int day = length - Integer.numberOfTrailingZeros(rest);
      days |= day < 1 ? 0 : 1 << day;
    }
    for (int rest = workdays; rest != 0; rest &= rest - 1) {
      days |= nearest(Integer.numberOfTrailingZeros(rest), length, firstWeekday);
    }
    for (int rest = workdaysFromEnd; rest != 0; rest &= rest - 1) {
      days |= nearest(length - Integer.numberOfTrailingZeros(rest), length, firstWeekday);
    }
    return days;
  }

  /// The days that day of week names, bit n for day n.
  int byWeekday(int length, int firstWeekday) {
    int days = 0;
    for (long rest = nth; rest != 0; rest &= rest - 1) {
      int rule = Long.numberOfTrailingZeros(rest);
      int day = 1 + Math.floorMod(rule % 7 - firstWeekday, 7) + rule / 7 * 7;
      days |= day > length ? 0 : 1 << day;
    }
    for (int rest = last; rest != 0; rest &= rest - 1) {
      int lastWeekday = (firstWeekday + length - 1) % 7;
      int back = Math.floorMod(lastWeekday - Integer.numberOfTrailingZeros(rest), 7);
      days |= 1 << length - back;
    }
    return days;
  }

  /// The day from Monday to Friday nearest to a day, in the same month; none when the month has no
  /// such day.
  private static int nearest(int day, int length, int firstWeekday) {
    if (day < 1 || day > length) {
      return 0;
    }
    int weekday = (firstWeekday + day - 1) % 7;
    int shift =
        switch (weekday) {
          case 6 -> day > 1 ? -1 : 2;
          case 0 -> day < length ? 1 : -2;
          default -> 0;
        };
    return 1 << day + shift;
  }
}
