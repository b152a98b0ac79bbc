package ofelia.cron;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/// The slow truth about a cron expression: walks the clock of a zone tick by tick with `java.time`
/// and asks each tick whether the expression's words name it. Shares no code with the room, on
/// purpose, and reads only valid text.
final class EveryClockTick {

  private final BitSet second;
  private final BitSet minute;
  private final BitSet hour;
  private final BitSet dayOfMonth;
  private final BitSet month;
  private final BitSet dayOfWeek;
  private final boolean eitherDay;
  private final boolean fixedTimes;
  private final int tickSeconds;

  EveryClockTick(String expression) {
    List<String> words = new ArrayList<>(List.of(expression.split(" ")));
    if (words.size() == 5) {
      words.addFirst("0");
    }
    // Walking by minutes is enough where the second is always 0.
    tickSeconds = words.get(0).equals("0") ? 60 : 1;
    second = field(words.get(0), 0, 59);
    minute = field(words.get(1), 0, 59);
    hour = field(words.get(2), 0, 23);
    dayOfMonth = field(words.get(3), 1, 31);
    month = field(words.get(4), 1, 12);
    dayOfWeek = field(words.get(5), 0, 7);
    dayOfWeek.set(0, dayOfWeek.get(0) || dayOfWeek.get(7));
    eitherDay = restricts(words.get(3)) && restricts(words.get(5));
    fixedTimes =
        !"*?".contains(words.get(1).substring(0, 1))
            && !"*?".contains(words.get(2).substring(0, 1));
  }

  /// The due instants after `after`, through `through`, both whole minutes.
  List<Instant> due(Instant after, Instant through, ZoneId zone) {
    TreeSet<Instant> due = new TreeSet<>();
    if (fixedTimes) {
      // Each reading of the wall clock, from a day and two hours before to as much after, whether
      // it exists or not.
      LocalDateTime last = LocalDateTime.ofInstant(through, ZoneOffset.UTC).plusHours(26);
      for (LocalDateTime time = LocalDateTime.ofInstant(after, ZoneOffset.UTC).minusHours(26);
          time.isBefore(last);
          time = time.plusSeconds(tickSeconds)) {
        if (names(time)) {
          due.add(firstMomentOf(time, zone));
        }
      }
    } else {
      for (Instant at = after; !at.isAfter(through); at = at.plusSeconds(tickSeconds)) {
        if (names(LocalDateTime.ofInstant(at, zone))) {
          due.add(at);
        }
      }
    }
    return List.copyOf(due.subSet(after, false, through, true));
  }

  private static Instant firstMomentOf(LocalDateTime time, ZoneId zone) {
    ZonedDateTime shown = ZonedDateTime.ofLocal(time, zone, null);
    Duration shift = Duration.between(time, shown.toLocalDateTime());
    // java.time moves what is in a gap by the gap's length: go back to the gap's end.
    return shift.isZero() ? shown.toInstant() : zone.getRules().getTransition(time).getInstant();
  }

  private boolean names(LocalDateTime time) {
    boolean date = dayOfMonth.get(time.getDayOfMonth());
    boolean weekday = dayOfWeek.get(time.getDayOfWeek().getValue() % 7);
    return second.get(time.getSecond())
        && minute.get(time.getMinute())
        && hour.get(time.getHour())
        && month.get(time.getMonthValue())
        && (eitherDay ? date || weekday : date && weekday);
  }

  private static boolean restricts(String word) {
    for (String part : word.split(",")) {
      if (List.of("*", "?", "*/1", "?/1").contains(part)) {
        return false;
      }
    }
    return true;
  }

  private static BitSet field(String word, int min, int max) {
    BitSet values = new BitSet();
    for (String part : word.split(",")) {
      IntPredicate named = part(part, min, max);
      for (int value = min; value <= max; value++) {
        values.set(value, values.get(value) || named.test(value));
      }
    }
    return values;
  }

  private static IntPredicate part(String part, int min, int max) {
    String[] halves = part.split("/");
    int step = halves.length == 1 ? 1 : Integer.parseInt(halves[1]);
    String[] ends = halves[0].split("-");
    boolean star = "*?".contains(halves[0]);
    int first = star ? min : number(ends[0], max);
    int last = ends.length == 2 ? number(ends[1], max) : star || halves.length == 2 ? max : first;
    return value -> {
      // Count up from the first value, around the end, until the last one is passed.
      int current = first;
      for (int counted = 0; ; counted++) {
        if (current == value && counted % step == 0) {
          return true;
        }
        if (current == last) {
          return false;
        }
        current = current == max ? min : current + 1;
      }
    };
  }

  private static int number(String word, int max) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (max == 7 && day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).equalsIgnoreCase(word)) {
        return day.getValue() % 7;
      }
    }
    for (Month month : Month.values()) {
      if (max == 12
          && month.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).equalsIgnoreCase(word)) {
        return month.getValue();
      }
    }
    return Integer.parseInt(word);
  }
}
