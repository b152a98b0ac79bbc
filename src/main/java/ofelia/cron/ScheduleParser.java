package ofelia.cron;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reads one text into a [Schedule]; used once. The grammar stands there. This class takes the text
/// apart at each `|`, [SpecParser] reads what lies between.
final class ScheduleParser {

  private static final int MOST_CHARACTERS = 8_192;
  private static final int MOST_ALTERNATIVES = 64;

  private final String text;
  private final ScheduleDefaults defaults;
  private final List<Remark> errors = new ArrayList<>();
  private final List<Remark> cautions = new ArrayList<>();

  ScheduleParser(String text, ScheduleDefaults defaults) {
    this.text = text;
    this.defaults = defaults;
  }

  Schedule.Reading read() throws ScheduleSyntaxException {
    requireShort(text, "the schedule");
    Set<Schedule> alternatives = new LinkedHashSet<>();
    int begin = 0;
    int count = 0;
    while (begin <= text.length() && count <= MOST_ALTERNATIVES) {
      int bar = text.indexOf('|', begin);
      int end = bar < 0 ? text.length() : bar;
      boolean isAlone = begin == 0 && bar < 0;
      new SpecParser(text, begin, end, isAlone, defaults, errors, cautions)
          .parse()
          .ifPresent(alternatives::add);
      begin = end + 1;
      count++;
    }
    if (count > MOST_ALTERNATIVES) {
      errors.add(
          new Remark(
              begin,
              "there are more than " + MOST_ALTERNATIVES + " schedules",
              "join some of them with lists and ranges"));
    }
    if (!errors.isEmpty()) {
      throw new ScheduleSyntaxException(errors);
    }
    Schedule schedule = AnyOf.of(List.copyOf(alternatives));
    requireShort(schedule.text(), "the schedule, with its zone and the values of H,");
    return new Schedule.Reading(schedule, cautions);
  }

  private static void requireShort(String text, String what) throws ScheduleSyntaxException {
    if (text.length() > MOST_CHARACTERS) {
      throw new ScheduleSyntaxException(
          MOST_CHARACTERS,
          what + " has " + text.length() + " characters, more than " + MOST_CHARACTERS,
          "write it shorter, with ranges and steps in place of lists");
    }
  }
}
