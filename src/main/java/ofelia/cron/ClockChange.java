package ofelia.cron;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// A change of the clocks, seen from a due instant. Times are local, in seconds.
sealed interface ClockChange {

  DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
  DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  /// For a person.
  String text();

  /// The clocks have just been put forward.
  ///
  /// @param isDueForIt whether the instant stands for what the gap holds
  record Gap(long begin, long end, boolean isDueForIt) implements ClockChange {
    @Override
    public String text() {
      return "clocks go from "
          + format(begin, end)
          + " to "
          + format(end, begin)
          + (isDueForIt ? ": this stands for what they skip" : "");
    }
  }

  /// The clocks show this time twice.
  record Overlap(long begin, long end, boolean isFirst) implements ClockChange {
    @Override
    public String text() {
      return (isFirst ? "first" : "second")
          + " of two: clocks go back from "
          + format(end, begin)
          + " to "
          + format(begin, end);
    }
  }

  /// With the day where another time of the same sentence is on another one.
  private static String format(long local, long other) {
    boolean isSameDay =
        Math.floorDiv(local, (long) Times.SECONDS_PER_DAY)
            == Math.floorDiv(other, (long) Times.SECONDS_PER_DAY);
    return (isSameDay ? TIME : DAY_AND_TIME)
        .format(LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC));
  }
}
