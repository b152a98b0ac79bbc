package ofelia.cron;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Says a schedule in plain English. It is made from what the schedule means, not from how it was
/// written: `0-59 * * * *` and `* * * * *` are both "every minute".
final class Sentence {

  /// More times of the day than these are said as a rule.
  private static final int MOST_TIMES = 6;

  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("EEEE d MMMM uuuu 'at' HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter DAY_AND_SECOND =
      DateTimeFormatter.ofPattern("EEEE d MMMM uuuu 'at' HH:mm:ss", Locale.ENGLISH);

  private static final List<String> ORDINALS =
      List.of("first", "second", "third", "fourth", "fifth");

  private Sentence() {}

  static String of(Schedule schedule) {
    String text =
        schedule.alternatives().stream().map(Sentence::one).collect(Collectors.joining("; and "));
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  /// Without capital and stop, so that it can be joined to others.
  private static String one(Schedule schedule) {
    return switch (schedule) {
      case CronSchedule cron ->
          times(cron.times())
              + days(cron.days(), cron.times())
              + ", in "
              + zoneName(cron.zone())
              + whenClocksChange(cron);
      case Every(Duration interval) ->
          "every " + duration(interval) + " of elapsed time, whatever clocks show";
      case Once(long atMillis, _, var zone) -> {
        ZoneId shown = zone == null ? ZoneOffset.UTC : zone;
        yield "once, on " + moment(atMillis, shown) + ", in " + zoneName(shown);
      }
      case Within(Schedule inner, long from, long until) ->
          zoneOf(inner)
              .map(zone -> one(inner) + bounds(from, until, zone))
              .orElseGet(() -> one(inner) + bounds(from, until, ZoneOffset.UTC) + ", in UTC");
      case Never never ->
          never == Never.REBOOT
              ? "once at each start of the daemon"
              : "never by itself, only when something else starts it";
      case AnyOf anyOf ->
          anyOf.alternatives().stream().map(Sentence::one).collect(Collectors.joining("; and "));
    };
  }

  /// The zone in which a schedule's times are thought.
  static Optional<ZoneId> zoneOf(Schedule schedule) {
    return switch (schedule) {
      case CronSchedule cron -> Optional.of(cron.zone());
      case Once once -> Optional.ofNullable(once.zone());
      case Within within -> zoneOf(within.inner());
      case AnyOf anyOf -> zoneOf(anyOf.alternatives().getFirst());
      case Every _, Never _ -> Optional.empty();
    };
  }

  private static String zoneName(ZoneId zone) {
    return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  private static String whenClocksChange(CronSchedule cron) {
    if (!cron.fields().contains("DST=")) {
      return "";
    }
    return switch (cron.dst()) {
      case ONCE -> "; when clocks change, each time counts once";
      case AUTO, ELAPSED -> "; when clocks change, it follows elapsed time";
      case LITERAL ->
          "; when clocks change, what they skip is left out and what they repeat is" + " repeated";
    };
  }

  private static String bounds(long from, long until, ZoneId zone) {
    StringBuilder text = new StringBuilder();
    if (from != Long.MIN_VALUE) {
      text.append(", from ").append(moment(from, zone)).append(" on");
    }
    if (until != Schedule.NEVER) {
      text.append(", until ").append(moment(until, zone));
    }
    return text.toString();
  }

  private static String moment(long millis, ZoneId zone) {
    LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), zone);
    return (time.getSecond() == 0 ? DAY_AND_TIME : DAY_AND_SECOND).format(time);
  }

  private static String duration(Duration interval) {
    List<String> parts = new ArrayList<>();
    long days = interval.toDays();
    addPart(parts, days / 7 * 7 == days ? days / 7 : 0, "week");
    addPart(parts, days / 7 * 7 == days ? 0 : days, "day");
    addPart(parts, interval.toHoursPart(), "hour");
    addPart(parts, interval.toMinutesPart(), "minute");
    addPart(parts, interval.toSecondsPart(), "second");
    // "every hour", not "every 1 hour".
    return parts.size() == 1 && parts.getFirst().startsWith("1 ")
        ? parts.getFirst().substring(2)
        : joined(parts);
  }

  private static void addPart(List<String> parts, long count, String unit) {
    if (count > 0) {
      parts.add(count + " " + unit + (count == 1 ? "" : "s"));
    }
  }

  // ---- times of the day ----------------------------------------------------------------------

  private static String times(Times times) {
    int[] seconds = values(times.seconds());
    int[] minutes = values(times.minutes());
    int[] hours = values(times.hours());
    if (!isRule(times)) {
      return "at " + allTimes(seconds, minutes, hours);
    }
    if (seconds.length > 1) {
      return eachOf(seconds, "second") + minutesOf(minutes, hours);
    }
    String second = seconds[0] == 0 ? "" : ", at second " + seconds[0];
    if (minutes.length == 1) {
      return hourly(minutes[0], hours) + second;
    }
    return eachOf(minutes, "minute")
        + (coversAll(minutes) ? between(hours, minutes) : pastHours(hours))
        + second;
  }

  private static String allTimes(int[] seconds, int[] minutes, int[] hours) {
    List<String> all = new ArrayList<>();
    for (int hour : hours) {
      for (int minute : minutes) {
        for (int second : seconds) {
          all.add(clock(hour, minute) + (second == 0 ? "" : ":" + two(second)));
        }
      }
    }
    return joined(all);
  }

  /// `every 15 minutes`, or which ones.
  private static String eachOf(int[] values, String unit) {
    if (coversAll(values)) {
      int step = values[1] - values[0];
      String from = values[0] == 0 ? "" : " from " + unit + " " + values[0] + " on";
      return "every " + (step == 1 ? unit : step + " " + unit + "s") + from;
    }
    return "at " + unit + (values.length == 1 ? " " : "s ") + ranges(values, String::valueOf);
  }

  /// Whether values are spread evenly over all of an hour or a minute.
  private static boolean coversAll(int[] values) {
    return values.length > 1 && isEven(values) && (values[1] - values[0]) * values.length == 60;
  }

  private static boolean isEven(int[] values) {
    for (int i = 2; i < values.length; i++) {
      if (values[i] - values[i - 1] != values[1] - values[0]) {
        return false;
      }
    }
    return true;
  }

  private static String hourly(int minute, int[] hours) {
    String past = minute == 0 ? " on the hour" : " at " + minute + " minutes past";
    if (hours.length == 24) {
      return "every hour"
          + past.replace("minutes past", minute == 1 ? "minute past" : "minutes past");
    }
    int[] run = inOrder(hours);
    if (isEven(run)) {
      int step = run[1] - run[0];
      return (step == 1 ? "every hour" : "every " + step + " hours")
          + " from "
          + clock(run[0], minute)
          + " to "
          + clock(run[run.length - 1] % 24, minute);
    }
    return "at minute " + minute + pastHours(hours);
  }

  private static String pastHours(int[] hours) {
    return hours.length == 24
        ? " of every hour"
        : " of the hour" + (hours.length == 1 ? " " : "s ") + ranges(hours, String::valueOf);
  }

  private static String between(int[] hours, int[] minutes) {
    if (hours.length == 24) {
      return "";
    }
    int[] run = inOrder(hours);
    boolean isUnbroken = hours.length == 1 || isEven(run) && run[1] - run[0] == 1;
    return isUnbroken
        ? " from "
            + clock(run[0], minutes[0])
            + " to "
            + clock(run[run.length - 1] % 24, minutes[minutes.length - 1])
        : " in the hours " + ranges(hours, String::valueOf);
  }

  private static String minutesOf(int[] minutes, int[] hours) {
    if (minutes.length == 60) {
      return between(hours, minutes);
    }
    if (hours.length == 24 && coversAll(minutes) && minutes[0] == 0) {
      return " of every " + ordinal(minutes[1]) + " minute";
    }
    if (minutes.length * hours.length <= MOST_TIMES) {
      boolean isOne = minutes.length * hours.length == 1;
      return (isOne ? " of the minute " : " of the minutes ")
          + allTimes(new int[] {0}, minutes, hours);
    }
    return " of"
        + (minutes.length == 1 ? " minute " : " the minutes ")
        + ranges(minutes, String::valueOf)
        + pastHours(hours);
  }

  /// Hours that run over midnight go on beyond 23.
  private static int[] inOrder(int[] hours) {
    for (int i = 1; i < hours.length; i++) {
      boolean isGap = hours[i] - hours[i - 1] > 1;
      if (isGap && hours[0] == 0 && hours[hours.length - 1] == 23) {
        return IntStream.concat(
                IntStream.of(hours).skip(i), IntStream.of(hours).limit(i).map(hour -> hour + 24))
            .toArray();
      }
    }
    return hours;
  }

  // ---- days ----------------------------------------------------------------------------------

  private static String days(Days days, Times times) {
    String text = onDays(days, times);
    return isRule(times) && !text.isEmpty() && !text.startsWith(",") ? "," + text : text;
  }

  private static boolean isRule(Times times) {
    return times.perDay() > MOST_TIMES;
  }

  private static String onDays(Days days, Times times) {
    List<String> dates = dates(days);
    List<String> special = specialWeekdays(days);
    boolean namesWeekday = days.daysOfWeek() != Days.EVERY_DAY_OF_WEEK;
    String months = months(days);
    String years = years(days);
    String ofMonth = months.isEmpty() ? " of the month" : " of " + months;
    String inMonth = months.isEmpty() ? "" : " in " + months;
    if (dates.isEmpty() && !namesWeekday) {
      return everyDay(times, months, years);
    }
    if (dates.isEmpty()) {
      return weekdays(days, special, ofMonth, inMonth) + years;
    }
    String onDates = " on " + joined(dates) + ofMonth;
    if (!namesWeekday) {
      return onDates + years;
    }
    return days.eitherMatches()
        ? onDates
            + ", and"
            + weekdays(days, special, ofMonth, inMonth).replaceFirst("^,", "")
            + years
        : onDates + ", if that is " + condition(days, special) + years;
  }

  private static String everyDay(Times times, String months, String years) {
    String inMonths = months.isEmpty() ? "" : " in " + months;
    boolean isAllDay = isRule(times) && Integer.bitCount(times.hours()) == 24;
    return (isAllDay ? "" : " every day") + inMonths + years;
  }

  private static String weekdays(Days days, List<String> special, String ofMonth, String inMonth) {
    int[] plain = values(days.daysOfWeek());
    String run = weekdayRun(plain);
    List<String> parts = new ArrayList<>();
    if (!run.isEmpty()) {
      parts.add(", " + run + inMonth);
    } else if (plain.length > 0) {
      parts.add(" every " + joined(names(plain)) + inMonth);
    }
    if (!special.isEmpty()) {
      parts.add(" on " + joined(special) + ofMonth);
    }
    return String.join(" and", parts);
  }

  private static String condition(Days days, List<String> special) {
    int[] plain = values(days.daysOfWeek());
    String run = weekdayRun(plain);
    List<String> names = new ArrayList<>();
    if (!run.isEmpty()) {
      names.add("from " + run);
    } else {
      names(plain).forEach(name -> names.add("a " + name));
    }
    names.addAll(special);
    return String.join(" or ", names);
  }

  /// `Monday to Friday`, or nothing when the days do not follow each other or are only two.
  private static String weekdayRun(int[] weekdays) {
    if (weekdays.length < 3) {
      return "";
    }
    // A week begins on Monday, but a run may go over its end.
    for (int first : new int[] {1, 2, 3, 4, 5, 6, 0}) {
      int begin = first;
      boolean isRun =
          IntStream.range(0, weekdays.length)
              .allMatch(i -> IntStream.of(weekdays).anyMatch(day -> day == (begin + i) % 7));
      if (isRun) {
        return weekday(begin) + " to " + weekday((begin + weekdays.length - 1) % 7);
      }
    }
    return "";
  }

  private static List<String> names(int[] weekdays) {
    // Sunday last, as people count.
    return IntStream.of(weekdays)
        .map(day -> day == 0 ? 7 : day)
        .sorted()
        .mapToObj(Sentence::weekday)
        .toList();
  }

  private static String weekday(int day) {
    return DayOfWeek.of(day == 0 ? 7 : day).getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }

  private static List<String> specialWeekdays(Days days) {
    List<String> names = new ArrayList<>();
    MonthRules rules = days.rules();
    if (rules == null) {
      return names;
    }
    for (int rule : values(rules.nth())) {
      names.add("the " + ORDINALS.get(rule / 7) + " " + weekday(rule % 7));
    }
    for (int day : values(rules.last())) {
      names.add("the last " + weekday(day));
    }
    return names;
  }

  private static List<String> dates(Days days) {
    List<String> dates = new ArrayList<>();
    if (days.daysOfMonth() == Days.EVERY_DAY_OF_MONTH) {
      return dates;
    }
    int[] plain = values(days.daysOfMonth() & Days.EVERY_DAY_OF_MONTH);
    if (plain.length > MOST_TIMES && isEven(plain) && plain[1] - plain[0] > 1) {
      dates.add(
          "every "
              + ordinal(plain[1] - plain[0])
              + " day from the "
              + ordinal(plain[0])
              + " to the "
              + ordinal(plain[plain.length - 1]));
    } else if (plain.length > 0) {
      dates.add("the " + ranges(plain, Sentence::ordinal));
    }
    MonthRules rules = days.rules();
    if (rules != null) {
      for (int n : values(rules.fromEnd())) {
        dates.add(n == 0 ? "the last day" : "the " + ordinal(n) + " day before the last day");
      }
      for (int day : values(rules.workdays())) {
        dates.add("the day from Monday to Friday nearest to the " + ordinal(day));
      }
      for (int n : values(rules.workdaysFromEnd())) {
        dates.add(
            n == 0
                ? "the last day from Monday to Friday"
                : "the day from Monday to Friday nearest to the "
                    + ordinal(n)
                    + " day before the last day");
      }
    }
    return dates;
  }

  private static String months(Days days) {
    return days.months() == Days.EVERY_MONTH
        ? ""
        : ranges(
            values(days.months()),
            month -> Month.of(month).getDisplayName(TextStyle.FULL, Locale.ENGLISH));
  }

  private static String years(Days days) {
    Years years = days.years();
    return years == null ? "" : ", in " + joined(years.names());
  }

  // ---- words ---------------------------------------------------------------------------------

  private static String clock(int hour, int minute) {
    return two(hour) + ":" + two(minute);
  }

  private static String two(int number) {
    return (number < 10 ? "0" : "") + number;
  }

  private static String ordinal(int number) {
    boolean isTeen = number / 10 == 1;
    return number
        + switch (isTeen ? 0 : number % 10) {
          case 1 -> "st";
          case 2 -> "nd";
          case 3 -> "rd";
          default -> "th";
        };
  }

  private static int[] values(int set) {
    return values(Integer.toUnsignedLong(set));
  }

  private static int[] values(long set) {
    return IntStream.range(0, 64).filter(value -> (set >>> value & 1) != 0).toArray();
  }

  /// Three and more that follow each other are said by their ends.
  private static String ranges(int[] values, IntFunction<String> name) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < values.length; ) {
      int end = i;
      while (end + 1 < values.length && values[end + 1] == values[end] + 1) {
        end++;
      }
      if (end - i >= 2) {
        parts.add(name.apply(values[i]) + " to " + name.apply(values[end]));
        i = end + 1;
      } else {
        parts.add(name.apply(values[i]));
        i++;
      }
    }
    return joined(parts);
  }

  private static String joined(List<String> parts) {
    int last = parts.size() - 1;
    return last < 1
        ? String.join("", parts)
        : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
  }
}
