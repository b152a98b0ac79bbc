package ofelia.calendar;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a line that says when a calendar holds.
///
/// ```
/// line   = period | days | times | days times
/// period = date "T" time ".." date "T" time
/// days   = day { "," day }
/// day    = weekday [ "-" weekday ] | MM-DD [ ".." MM-DD ] | YYYY-MM-DD [ ".." YYYY-MM-DD ]
/// times  = time "-" time
/// time   = HH:MM
/// ```
///
/// `MON-FRI 09:00-17:00`, `12-24..01-01`, `2027-05-14`, `22:00-06:00`,
/// `2026-12-18T18:00..2027-01-04T06:00`. Times end before their second one; `24:00` is the end of
/// the day. Where the second is not after the first, it is one of the next day.
public final class CalendarText {

  private static final int LONGEST = 4_096;

  private static final Pattern TOKEN = Pattern.compile("[^\\s,]+|,");
  private static final Pattern TIMES = Pattern.compile("(\\d\\d?:\\d\\d)-(\\d\\d?:\\d\\d)");
  private static final Pattern WEEKDAYS = Pattern.compile("([A-Za-z]+)(?:-([A-Za-z]+))?");
  private static final String EXAMPLES =
      "write for example MON-FRI, 12-24..01-01, 2027-05-14 or MON-FRI 22:00-06:00";

  private CalendarText() {}

  /// @throws CalendarSyntaxException when the text is no such line
  public static CalendarRule parse(String text) throws CalendarSyntaxException {
    if (text.length() > LONGEST) {
      throw new CalendarSyntaxException(
          0, "is longer than " + LONGEST + " characters", "use several lines");
    }
    List<DaySpan> days = new ArrayList<>();
    Optional<Times> times = Optional.empty();
    Matcher token = TOKEN.matcher(text);
    while (token.find()) {
      String word = token.group();
      int offset = token.start();
      if (word.equals(",")) {
        continue;
      }
      if (times.isPresent()) {
        throw new CalendarSyntaxException(
            offset, "\"" + word + "\" follows the times", "put the times last, once in a line");
      }
      if (word.indexOf('T') > 0 && word.contains("..") && Character.isDigit(word.charAt(0))) {
        return onlyPeriod(text, word, offset);
      }
      times = times(word, offset);
      if (times.isEmpty()) {
        days.add(day(word, offset));
      }
    }
    if (days.isEmpty() && times.isEmpty()) {
      throw new CalendarSyntaxException(0, "is empty", EXAMPLES);
    }
    Times hours = times.orElse(new Times(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT));
    return new CalendarRule.Days(
        days.isEmpty() ? List.of(new DaySpan.Every()) : days, hours.from(), hours.until());
  }

  private record Times(LocalTime from, LocalTime until) {}

  private static Optional<Times> times(String word, int offset) throws CalendarSyntaxException {
    Matcher matcher = TIMES.matcher(word);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    LocalTime from = time(matcher.group(1), offset);
    LocalTime until =
        matcher.group(2).equals("24:00")
            ? LocalTime.MIDNIGHT
            : time(matcher.group(2), offset + matcher.start(2));
    if (from.equals(until) && !from.equals(LocalTime.MIDNIGHT)) {
      throw new CalendarSyntaxException(
          offset, "\"" + word + "\" ends when it begins", "write 00:00-24:00 for the whole day");
    }
    return Optional.of(new Times(from, until));
  }

  private static LocalTime time(String text, int offset) throws CalendarSyntaxException {
    String padded = text.length() == 4 ? "0" + text : text;
    return read(
        padded, LocalTime::parse, offset, "is no time of day", "write HH:MM from 00:00 to 23:59");
  }

  private static CalendarRule onlyPeriod(String text, String word, int offset)
      throws CalendarSyntaxException {
    if (!text.strip().equals(word)) {
      throw new CalendarSyntaxException(
          offset, "\"" + word + "\" is not alone", "give a stretch with times a line of its own");
    }
    int dots = word.indexOf("..");
    LocalDateTime from = dateTime(word.substring(0, dots), offset);
    LocalDateTime until = dateTime(word.substring(dots + 2), offset + dots + 2);
    if (!from.isBefore(until)) {
      throw new CalendarSyntaxException(
          offset + dots + 2, "the end is not after the begin", "write the earlier one first");
    }
    return new CalendarRule.Period(from, until);
  }

  private static LocalDateTime dateTime(String text, int offset) throws CalendarSyntaxException {
    return read(
        text,
        LocalDateTime::parse,
        offset,
        "is no date with a time",
        "write YYYY-MM-DDTHH:MM, such as 2026-12-18T18:00");
  }

  private static DaySpan day(String word, int offset) throws CalendarSyntaxException {
    if (Character.isLetter(word.charAt(0))) {
      return weekdays(word, offset);
    }
    int dots = word.indexOf("..");
    String first = dots < 0 ? word : word.substring(0, dots);
    String last = dots < 0 ? word : word.substring(dots + 2);
    int lastOffset = dots < 0 ? offset : offset + dots + 2;
    if (first.length() <= 5) {
      return new DaySpan.Yearly(monthDay(first, offset), monthDay(last, lastOffset));
    }
    LocalDate from = date(first, offset);
    LocalDate to = date(last, lastOffset);
    if (to.isBefore(from)) {
      throw new CalendarSyntaxException(
          lastOffset, to + " is before " + from, "write the earlier one first");
    }
    return new DaySpan.Dated(from, to);
  }

  private static MonthDay monthDay(String text, int offset) throws CalendarSyntaxException {
    return read("--" + text, MonthDay::parse, offset, "is no day of the year", EXAMPLES);
  }

  private static LocalDate date(String text, int offset) throws CalendarSyntaxException {
    return read(text, LocalDate::parse, offset, "is no date", EXAMPLES);
  }

  private static DaySpan weekdays(String word, int offset) throws CalendarSyntaxException {
    Matcher matcher = WEEKDAYS.matcher(word);
    if (!matcher.matches()) {
      throw new CalendarSyntaxException(offset, "\"" + word + "\" is no day", EXAMPLES);
    }
    DayOfWeek first = weekday(matcher.group(1), offset);
    DayOfWeek last =
        matcher.group(2) == null ? first : weekday(matcher.group(2), offset + matcher.start(2));
    return new DaySpan.Weekly(first, last);
  }

  /// The whole name of a day, or its beginning from two letters on.
  private static DayOfWeek weekday(String text, int offset) throws CalendarSyntaxException {
    String upper = text.toUpperCase(Locale.ROOT);
    for (DayOfWeek day : DayOfWeek.values()) {
      if (upper.length() >= 2 && day.name().startsWith(upper)) {
        return day;
      }
    }
    throw new CalendarSyntaxException(
        offset,
        "\"" + text + "\" is no day of the week",
        "write MON, TUE, WED, THU, FRI, SAT or SUN");
  }

  private static <T> T read(
      String text, Function<String, T> parser, int offset, String what, String instead)
      throws CalendarSyntaxException {
    try {
      return parser.apply(text);
    } catch (DateTimeException _) {
      String written = text.startsWith("--") ? text.substring(2) : text;
      throw new CalendarSyntaxException(offset, "\"" + written + "\" " + what, instead);
    }
  }
}
