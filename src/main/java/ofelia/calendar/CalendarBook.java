package ofelia.calendar;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Calendars as text, to be kept where the files that they were read from cannot be, and back.
///
/// ```
/// zone=Europe/Berlin
/// when=MON-FRI 09:00-17:00          as CalendarText reads it
/// events=1766620800000 1766707200000 begins and ends of events in a file, by turns
/// except=holidays                   the name of another calendar
/// ```
public final class CalendarBook {

  private CalendarBook() {}

  /// Texts by the calendars' names.
  public static Map<String, String> write(Map<String, Calendar> calendars) {
    Map<String, String> texts = new LinkedHashMap<>();
    calendars.forEach((name, calendar) -> texts.put(name, write(calendar)));
    return texts;
  }

  private static String write(Calendar calendar) {
    List<String> lines = new ArrayList<>();
    lines.add("zone=" + calendar.zone().getId());
    for (CalendarRule rule : calendar.rules()) {
      lines.add(
          switch (rule) {
            case CalendarRule.Days days -> "when=" + write(days);
            case CalendarRule.Period(var from, var until) -> "when=" + from + ".." + until;
            case CalendarRule.Events events -> "events=" + events.text();
          });
    }
    calendar.except().forEach(other -> lines.add("except=" + other.name()));
    return String.join("\n", lines);
  }

  private static String write(CalendarRule.Days days) {
    boolean isWholeDay =
        days.from().equals(LocalTime.MIDNIGHT) && days.until().equals(LocalTime.MIDNIGHT);
    String until = days.until().equals(LocalTime.MIDNIGHT) ? "24:00" : days.until().toString();
    String times = days.from() + "-" + until;
    boolean isEveryDay = days.days().stream().anyMatch(DaySpan.Every.class::isInstance);
    String spans =
        isEveryDay
            ? ""
            : days.days().stream()
                .map(CalendarBook::write)
                .distinct()
                .collect(Collectors.joining(","));
    return isWholeDay && !isEveryDay ? spans : (spans + " " + times).strip();
  }

  private static String write(DaySpan span) {
    return switch (span) {
      case DaySpan.Every() -> "MON-SUN";
      case DaySpan.Weekly(DayOfWeek first, DayOfWeek last) -> span(word(first), "-", word(last));
      case DaySpan.Yearly(MonthDay first, MonthDay last) -> span(word(first), "..", word(last));
      case DaySpan.Dated(var first, var last) -> span(first.toString(), "..", last.toString());
    };
  }

  private static String span(String first, String dash, String last) {
    return first.equals(last) ? first : first + dash + last;
  }

  private static String word(DayOfWeek day) {
    return day.name().substring(0, 3);
  }

  /// `12-24`, of `--12-24`.
  private static String word(MonthDay day) {
    return day.toString().substring(2);
  }

  /// The calendars of which [#write(Map)] made these texts. One that another version of the program
  /// wrote in a way that this one cannot read is left out, with those that except it.
  public static Map<String, Calendar> read(Map<String, String> texts) {
    Map<String, Calendar> known = new LinkedHashMap<>();
    texts.keySet().forEach(name -> read(name, texts, known, new HashSet<>()));
    return known;
  }

  /// @param within the calendars whose exceptions led here
  private static Optional<Calendar> read(
      String name, Map<String, String> texts, Map<String, Calendar> known, Set<String> within) {
    String text = texts.get(name);
    if (known.containsKey(name) || text == null || !within.add(name)) {
      return Optional.ofNullable(known.get(name));
    }
    try {
      ZoneId zone = null;
      List<CalendarRule> rules = new ArrayList<>();
      List<Calendar> except = new ArrayList<>();
      for (String line : text.lines().toList()) {
        String value = line.substring(line.indexOf('=') + 1);
        switch (line.substring(0, Math.max(0, line.indexOf('=')))) {
          case "zone" -> zone = ZoneId.of(value);
          case "when" -> rules.add(CalendarText.parse(value));
          case "events" -> rules.add(CalendarRule.Events.parse(value));
          case "except" -> {
            Optional<Calendar> other = read(value, texts, known, within);
            if (other.isEmpty()) {
              return Optional.empty();
            }
            except.add(other.get());
          }
          default -> {
            return Optional.empty();
          }
        }
      }
      if (zone == null) {
        return Optional.empty();
      }
      Calendar calendar = new Calendar(name, zone, rules, except);
      known.put(name, calendar);
      return Optional.of(calendar);
    } catch (CalendarSyntaxException | DateTimeException | NumberFormatException _) {
      return Optional.empty();
    }
  }
}
