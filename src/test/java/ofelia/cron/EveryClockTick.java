package ofelia.cron;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// The slow truth about a cron expression: takes each day that the calendar has and each second of
/// it, one by one, asks whether the expression's words name it, and lets `java.time` say at which
/// moments the clocks of a zone show it. Shares no code with the room, on purpose, and reads only
/// valid text: fields, and before them `CRON_TZ=`, `DAY_MATCH=`, `DST=`, `FROM=` and `UNTIL=` with
/// instants.
final class EveryClockTick {

  private final Map<String, String> prefixes = new HashMap<>();
  private final ZoneId zone;
  private final List<LocalTime> times = new ArrayList<>();
  private final BitSet month;
  private final Predicate<LocalDate> dayOfMonth;
  private final Predicate<LocalDate> dayOfWeek;
  private final IntPredicate year;
  private final boolean eitherDay;
  private final String dst;

  private EveryClockTick(String text, ZoneId defaultZone) {
    List<String> words = new ArrayList<>(List.of(text.strip().split(" ")));
    while (words.getFirst().contains("=")) {
      String[] prefix = words.removeFirst().split("=");
      prefixes.put(prefix[0], prefix[1]);
    }
    zone = prefixes.containsKey("CRON_TZ") ? ZoneId.of(prefixes.get("CRON_TZ")) : defaultZone;
    boolean hasYear = words.size() == 7 || words.getLast().matches(".*[1-9][0-9]{2}.*");
    String years = hasYear ? words.removeLast() : "*";
    if (words.size() == 5) {
      words.addFirst("0");
    }
    addTimes(words);
    month = field(words.get(4), 1, 12);
    dayOfMonth = anyPart(words.get(3), part -> dayOfMonth(part));
    dayOfWeek = anyPart(words.get(5), part -> dayOfWeek(part));
    year = years.equals("*") ? _ -> true : value -> inYears(years, value);
    eitherDay =
        restricts(words.get(3))
            && restricts(words.get(5))
            && prefixes.getOrDefault("DAY_MATCH", "either").equals("either");
    boolean fixedTimes =
        !"*?".contains(words.get(1).substring(0, 1))
            && !"*?".contains(words.get(2).substring(0, 1));
    dst = prefixes.getOrDefault("DST", fixedTimes ? "once" : "elapsed");
  }

  /// The due instants after `after`, through `through`.
  static List<Instant> due(String text, ZoneId zone, Instant after, Instant through) {
    TreeSet<Instant> due = new TreeSet<>();
    for (String alternative : text.split("\\|")) {
      new EveryClockTick(alternative, zone).addDue(after, through, due);
    }
    return List.copyOf(due.subSet(after, false, through, true));
  }

  private void addDue(Instant after, Instant through, NavigableSet<Instant> due) {
    Instant from = Instant.parse(prefixes.getOrDefault("FROM", "0000-01-01T00:00:00Z"));
    Instant until = Instant.parse(prefixes.getOrDefault("UNTIL", "9999-12-31T23:59:59Z"));
    TreeSet<Instant> all = new TreeSet<>();
    LocalDate last = LocalDate.ofInstant(through, ZoneOffset.UTC).plusDays(2);
    for (LocalDate date = LocalDate.ofInstant(after, ZoneOffset.UTC).minusDays(2);
        date.isBefore(last);
        date = date.plusDays(1)) {
      if (names(date)) {
        addMoments(date, all);
      }
    }
    due.addAll(all.subSet(from, true, until, false));
  }

  /// The moments at which the clocks show the times of a date.
  private void addMoments(LocalDate date, NavigableSet<Instant> all) {
    TreeSet<Instant> skippedUntil = new TreeSet<>();
    int skipped = 0;
    for (LocalTime time : times) {
      LocalDateTime shown = date.atTime(time);
      List<ZoneOffset> offsets = zone.getRules().getValidOffsets(shown);
      if (offsets.isEmpty()) {
        skipped++;
        skippedUntil.add(zone.getRules().getTransition(shown).getInstant());
      } else {
        // The offset that holds first is that of the first pass.
        List<ZoneOffset> counting = dst.equals("once") ? offsets.subList(0, 1) : offsets;
        counting.forEach(offset -> all.add(shown.toInstant(offset)));
      }
    }
    boolean countsSkipped =
        switch (dst) {
          case "once" -> true;
          case "elapsed" -> skipped == times.size() && skippedUntil.size() == 1;
          default -> false;
        };
    if (countsSkipped) {
      all.addAll(skippedUntil);
    }
  }

  private boolean names(LocalDate date) {
    return month.get(date.getMonthValue())
        && year.test(date.getYear())
        && (eitherDay
            ? dayOfMonth.test(date) || dayOfWeek.test(date)
            : dayOfMonth.test(date) && dayOfWeek.test(date));
  }

  private void addTimes(List<String> words) {
    BitSet second = field(words.get(0), 0, 59);
    BitSet minute = field(words.get(1), 0, 59);
    BitSet hour = field(words.get(2), 0, 23);
    for (int h = 0; h < 24; h++) {
      for (int m = 0; m < 60 && hour.get(h); m++) {
        for (int s = 0; s < 60 && minute.get(m); s++) {
          if (second.get(s)) {
            times.add(LocalTime.of(h, m, s));
          }
        }
      }
    }
  }

  private static boolean restricts(String word) {
    for (String part : word.split(",")) {
      if (List.of("*", "?", "*/1", "?/1").contains(part)) {
        return false;
      }
    }
    return true;
  }

  private interface PartReader {
    Predicate<LocalDate> read(String part);
  }

  private static Predicate<LocalDate> anyPart(String word, PartReader reader) {
    List<Predicate<LocalDate>> parts = new ArrayList<>();
    for (String part : word.split(",")) {
      parts.add(reader.read(part));
    }
    return date -> parts.stream().anyMatch(part -> part.test(date));
  }

  private static Predicate<LocalDate> dayOfMonth(String part) {
    String plain = part.replace("W", "");
    boolean workday = !plain.equals(part);
    if (plain.startsWith("L") || workday) {
      return date -> {
        int length = YearMonth.from(date).lengthOfMonth();
        int day =
            plain.equals("L")
                ? length
                : plain.startsWith("L-")
                    ? length - Integer.parseInt(plain.substring(2))
                    : Integer.parseInt(plain);
        boolean exists = day >= 1 && day <= length;
        return exists && date.getDayOfMonth() == (workday ? nearestWorkday(date, day) : day);
      };
    }
    BitSet values = new BitSet();
    addPart(part, 1, 31, values);
    return date -> values.get(date.getDayOfMonth());
  }

  private static int nearestWorkday(LocalDate inMonth, int day) {
    return IntStream.rangeClosed(1, YearMonth.from(inMonth).lengthOfMonth())
        .filter(d -> inMonth.withDayOfMonth(d).getDayOfWeek().getValue() <= 5)
        .boxed()
        .min(Comparator.comparingInt(d -> Math.abs(d - day)))
        .orElseThrow();
  }

  private static Predicate<LocalDate> dayOfWeek(String part) {
    if (part.endsWith("L")) {
      int weekday = number(part.replaceAll("#?L$", ""), 7) % 7;
      return date ->
          date.getDayOfWeek().getValue() % 7 == weekday
              && date.plusDays(7).getMonth() != date.getMonth();
    }
    int hash = part.indexOf('#');
    if (hash > 0) {
      int weekday = number(part.substring(0, hash), 7) % 7;
      int n = Integer.parseInt(part.substring(hash + 1));
      return date ->
          date.getDayOfWeek().getValue() % 7 == weekday && (date.getDayOfMonth() + 6) / 7 == n;
    }
    BitSet values = new BitSet();
    addPart(part, 0, 7, values);
    return date -> {
      int weekday = date.getDayOfWeek().getValue();
      return values.get(weekday) || weekday == 7 && values.get(0);
    };
  }

  private static boolean inYears(String word, int year) {
    for (String part : word.split(",")) {
      String[] halves = part.split("/");
      String[] ends = halves[0].split("-");
      int step = halves.length == 1 ? 1 : Integer.parseInt(halves[1]);
      int first = ends[0].equals("*") ? 1 : Integer.parseInt(ends[0]);
      int last = ends.length == 2 ? Integer.parseInt(ends[1]) : halves.length == 2 ? 9999 : first;
      if (year >= first && year <= last && (year - first) % step == 0) {
        return true;
      }
    }
    return false;
  }

  private static BitSet field(String word, int min, int max) {
    BitSet values = new BitSet();
    for (String part : word.split(",")) {
      addPart(part, min, max, values);
    }
    return values;
  }

  /// Counts up from the first value, around the end, until the last one is passed.
  private static void addPart(String part, int min, int max, BitSet values) {
    String[] halves = part.split("/");
    int step = halves.length == 1 ? 1 : Integer.parseInt(halves[1]);
    String[] ends = halves[0].split("-");
    boolean star = "*?".contains(halves[0]);
    int first = star ? min : number(ends[0], max);
    int last = ends.length == 2 ? number(ends[1], max) : star || halves.length == 2 ? max : first;
    int current = first;
    for (int counted = 0; ; counted++) {
      values.set(current, values.get(current) || counted % step == 0);
      if (current == last) {
        return;
      }
      current = current == max ? min : current + 1;
    }
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

  /// The changes of a zone's clocks from one instant to before another.
  static List<ZoneOffsetTransition> changes(ZoneId zone, Instant from, Instant until) {
    List<ZoneOffsetTransition> changes = new ArrayList<>();
    ZoneOffsetTransition change = zone.getRules().nextTransition(from.minusSeconds(1));
    while (change != null && change.getInstant().isBefore(until)) {
      changes.add(change);
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return changes;
  }
}
