package ofelia.cron;

/// The times of day that match: sets of seconds, minutes and hours, bit n for value n. No set is
/// empty.
record Times(long seconds, long minutes, int hours) {

  static final int SECONDS_PER_DAY = 86_400;

  /// The first time at or after `secondOfDay`, or -1 when the day holds none any more.
  int nextOrSame(int secondOfDay) {
    int hour = secondOfDay / 3600;
    int minute = secondOfDay / 60 % 60;
    int second = secondOfDay % 60;
    if (has(hours, hour)) {
      if (has(minutes, minute)) {
        int found = from(seconds, second);
        if (found < 64) {
          return (hour * 60 + minute) * 60 + found;
        }
      }
      int found = from(minutes, minute + 1);
      if (found < 64) {
        return (hour * 60 + found) * 60 + lowest(seconds);
      }
    }
    int found = from(hours, hour + 1);
    return found < 64 ? (found * 60 + lowest(minutes)) * 60 + lowest(seconds) : -1;
  }

  /// The first time of a day.
  int first() {
    return (lowest(hours) * 60 + lowest(minutes)) * 60 + lowest(seconds);
  }

  /// The last time of a day.
  int last() {
    return (highest(hours) * 60 + highest(minutes)) * 60 + highest(seconds);
  }

  int perDay() {
    return Long.bitCount(hours) * perHour();
  }

  /// How many times of a day lie before `secondOfDay`, which itself is not counted.
  int before(int secondOfDay) {
    int hour = secondOfDay / 3600;
    int minute = secondOfDay / 60 % 60;
    int count = below(hours, hour) * perHour();
    if (has(hours, hour)) {
      count += below(minutes, minute) * Long.bitCount(seconds);
      if (has(minutes, minute)) {
        count += below(seconds, secondOfDay % 60);
      }
    }
    return count;
  }

  private int perHour() {
    return Long.bitCount(minutes) * Long.bitCount(seconds);
  }

  private static boolean has(long set, int value) {
    return (set >>> value & 1) != 0;
  }

  private static int lowest(long set) {
    return Long.numberOfTrailingZeros(set);
  }

  private static int highest(long set) {
    return 63 - Long.numberOfLeadingZeros(set);
  }

  /// The least value of the set from `value` on, 64 when there is none.
  private static int from(long set, int value) {
    return Long.numberOfTrailingZeros(set & -1L << value);
  }

  private static int below(long set, int value) {
    return Long.bitCount(set & ~(-1L << value));
  }
}
