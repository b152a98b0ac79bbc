package ofelia.cron;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ofelia.syntax.GoDuration;
import ofelia.syntax.Nearest;
import ofelia.syntax.Parsed;

/// Reads one schedule of those that `|` joins; used once. Everything that is wrong is told, as far
/// as one mistake does not hide another.
final class SpecParser {

  private static final String EXAMPLE =
      "write five fields (minute hour day-of-month month day-of-week) such as \"0 3 * * *\","
          + " six with the second first, or a descriptor such as @daily or \"@every 1h\"";

  private static final Map<String, String> FIELDS_OF_DESCRIPTOR =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static final List<String> DESCRIPTORS =
      List.of(
          "@yearly",
          "@annually",
          "@monthly",
          "@weekly",
          "@daily",
          "@midnight",
          "@hourly",
          "@every",
          "@at",
          "@reboot",
          "@triggered",
          "@manual",
          "@none");

  private static final List<String> PREFIXES =
      List.of("CRON_TZ", "TZ", "DAY_MATCH", "DST", "FROM", "UNTIL");

  private final String text;
  private final int begin;
  private final int end;
  private final boolean isAlone;
  private final List<Remark> errors;
  private final List<Remark> cautions;
  private final Optional<String> jobName;
  private ZoneId zone;
  private boolean hasZone;
  private DayMatch dayMatch;
  private Dst dst;
  private Optional<Word> from = Optional.empty();
  private Optional<Word> until = Optional.empty();

  /// @param isAlone whether it is the whole text
  SpecParser(
      String text,
      int begin,
      int end,
      boolean isAlone,
      ScheduleDefaults defaults,
      List<Remark> errors,
      List<Remark> cautions) {
    this.text = text;
    this.begin = begin;
    this.end = end;
    this.isAlone = isAlone;
    this.errors = errors;
    this.cautions = cautions;
    zone = defaults.zone();
    dayMatch = defaults.dayMatch();
    dst = defaults.dst();
    jobName = defaults.jobName();
  }

  /// Empty when something is wrong, which is among the errors then.
  Optional<Schedule> parse() {
    int before = errors.size();
    List<Word> words = Word.of(text, begin, end);
    try {
      if (!words.isEmpty() && "\"'`".indexOf(words.getFirst().text().charAt(0)) >= 0) {
        Word first = words.getFirst();
        throw wrong(
            first,
            "the schedule begins with the quote " + first.text().charAt(0),
            "write it without quotes");
      }
      int prefixes = 0;
      while (prefixes < words.size() && readPrefix(words.get(prefixes))) {
        prefixes++;
      }
      words = words.subList(prefixes, words.size());
      if (words.isEmpty()) {
        throw new ScheduleSyntaxException(end, nothing(prefixes), EXAMPLE);
      }
      Schedule schedule =
          words.getFirst().text().startsWith("@") ? descriptor(words) : fields(words);
      Schedule bounded = bounded(schedule);
      return errors.size() > before ? Optional.empty() : Optional.of(bounded);
    } catch (ScheduleSyntaxException e) {
      errors.addAll(e.remarks());
      return Optional.empty();
    }
  }

  private String nothing(int prefixes) {
    if (prefixes > 0) {
      return hasZone ? "no schedule follows the zone" : "no schedule follows";
    }
    return isAlone ? "the schedule is empty" : "a schedule is missing beside \"|\"";
  }

  // ---- prefixes ------------------------------------------------------------------------------

  private boolean readPrefix(Word word) {
    int equals = word.text().indexOf('=');
    if (equals < 0) {
      return false;
    }
    String name = word.text().substring(0, equals).toUpperCase(Locale.ROOT);
    Word value = new Word(word.text().substring(equals + 1), word.column() + equals + 1);
    switch (name) {
      case "TZ", "CRON_TZ" -> readZone(value);
      case "DAY_MATCH" -> dayMatch = choice(value, name, DayMatch.values(), dayMatch);
      case "DST" -> dst = choice(value, name, Dst.values(), dst);
      case "FROM" -> from = Optional.of(value);
      case "UNTIL" -> until = Optional.of(value);
      default ->
          errors.add(
              new Remark(
                  word.column(),
                  Quoted.of(name + "=") + " is nothing that may stand before a schedule",
                  Nearest.of(name, PREFIXES)
                      .map(nearest -> "write " + nearest + "=")
                      .orElse("write one of " + String.join("=, ", PREFIXES) + "=")));
    }
    return true;
  }

  private <E extends Enum<E>> E choice(Word value, String prefix, E[] all, E otherwise) {
    List<String> words = new ArrayList<>();
    for (E one : all) {
      String word = one.name().toLowerCase(Locale.ROOT);
      if (word.equalsIgnoreCase(value.text())) {
        return one;
      }
      words.add(word);
    }
    errors.add(
        new Remark(
            value.column(),
            prefix + "= cannot be " + Quoted.of(value.text()),
            Nearest.of(value.text(), words)
                .map(nearest -> "write " + nearest)
                .orElse("write one of " + String.join(", ", words))));
    return otherwise;
  }

  private void readZone(Word value) {
    hasZone = true;
    String name = value.text();
    int column = value.column();
    char quote = name.isEmpty() ? ' ' : name.charAt(0);
    if (quote == '"' || quote == '\'') {
      if (name.length() < 2 || name.charAt(name.length() - 1) != quote) {
        errors.add(
            new Remark(
                column,
                "the zone " + Quoted.message(name) + " has a quote at one end only",
                "write it without quotes"));
        return;
      }
      name = name.substring(1, name.length() - 1);
      column++;
    }
    if (name.equals("Local")) {
      return;
    }
    switch (ZoneNames.parse(name)) {
      case Parsed.Good<ZoneId>(ZoneId found) -> zone = found;
      case Parsed.Bad<ZoneId>(_, String what, String instead) ->
          errors.add(new Remark(column, what, instead));
    }
  }

  private Schedule bounded(Schedule schedule) throws ScheduleSyntaxException {
    long first = Long.MIN_VALUE;
    long last = Schedule.NEVER;
    if (from.isPresent()) {
      first = time(from.get()).beginIn(zone).toEpochMilli();
    }
    if (until.isPresent()) {
      last = time(until.get()).endIn(zone).toEpochMilli();
    }
    if (first >= last) {
      throw wrong(
          until.orElseThrow(),
          "UNTIL= is not after FROM=, so that this would never be due",
          "write a later time");
    }
    Schedule bounded = schedule.within(first, last);
    if (schedule.hasInstants() && !bounded.hasInstants()) {
      throw wrong(
          from.or(() -> until).orElseThrow(),
          "nothing is due between FROM= and UNTIL=, so that this would never be due",
          "write other bounds");
    }
    return bounded;
  }

  private static WrittenTime time(Word word) throws ScheduleSyntaxException {
    return switch (WrittenTime.parse(word.text())) {
      case Parsed.Good<WrittenTime>(WrittenTime time) -> time;
      case Parsed.Bad<WrittenTime>(_, String what, String instead) ->
          throw wrong(word, what, instead);
    };
  }

  // ---- descriptors ---------------------------------------------------------------------------

  private Schedule descriptor(List<Word> words) throws ScheduleSyntaxException {
    Word first = words.getFirst();
    String name = first.text().toLowerCase(Locale.ROOT);
    if (name.equals("@every")) {
      return every(words);
    }
    if (name.equals("@at")) {
      return at(words);
    }
    String fields = FIELDS_OF_DESCRIPTOR.get(name);
    Optional<Never> never = never(name);
    if (fields == null && never.isEmpty()) {
      throw unknownDescriptor(first, name);
    }
    if (words.size() > 1) {
      throw wrong(
          words.get(1),
          Quoted.of(words.get(1).text()) + " follows " + name + ", which stands alone",
          "write " + name + " only");
    }
    if (never.isPresent() && never.get().isTriggered() && !isAlone) {
      throw wrong(
          first,
          name + " is never due, and stands beside other schedules",
          "leave it out, or leave out the others");
    }
    return fields == null ? never.get() : cron(name, Word.of(fields, 0, fields.length()));
  }

  private static Optional<Never> never(String descriptor) {
    for (Never never : Never.values()) {
      if (never.text().equals(descriptor)) {
        return Optional.of(never);
      }
    }
    return Optional.empty();
  }

  private static Schedule every(List<Word> words) throws ScheduleSyntaxException {
    String example = "write for example \"@every 1h30m\"";
    if (words.size() == 1) {
      throw new ScheduleSyntaxException(
          words.getFirst().column() + "@every".length(), "@every has no interval", example);
    }
    if (words.size() > 2) {
      String joined = words.stream().skip(1).map(Word::text).collect(Collectors.joining());
      throw wrong(
          words.get(2),
          Quoted.of(words.get(2).text()) + " follows the interval of @every",
          "write the interval without blanks: " + Quoted.of("@every " + joined));
    }
    Word word = words.get(1);
    Duration exact = interval(word);
    if (exact.compareTo(Duration.ofSeconds(1)) < 0) {
      throw wrong(
          word,
          "the interval " + Quoted.of(word.text()) + " of @every is shorter than one second",
          "write 1s or more");
    }
    return new Every(Duration.ofSeconds(exact.toSeconds()));
  }

  private static Duration interval(Word word) throws ScheduleSyntaxException {
    return switch (GoDuration.parse(word.text())) {
      case Parsed.Good<Duration>(Duration exact) -> exact;
      case Parsed.Bad<Duration>(int column, String found, String advice) ->
          throw new ScheduleSyntaxException(
              word.column() + column - 1,
              "the interval "
                  + Quoted.of(word.text())
                  + " is no duration: "
                  + Quoted.message(found),
              Quoted.message(advice));
    };
  }

  private Schedule at(List<Word> words) throws ScheduleSyntaxException {
    if (words.size() == 1) {
      throw new ScheduleSyntaxException(
          words.getFirst().column() + "@at".length(),
          "@at has no time",
          "write for example \"@at 2027-01-31T03:00 Europe/Berlin\"");
    }
    Word word = words.get(1);
    if (words.size() > 2 && Character.isDigit(words.get(2).text().charAt(0))) {
      throw wrong(
          words.get(2),
          Quoted.of(words.get(2).text()) + " follows the date of @at",
          "join date and time by a T: " + Quoted.of(word.text() + "T" + words.get(2).text()));
    }
    if (words.size() > 3) {
      throw wrong(
          words.get(3),
          Quoted.of(words.get(3).text()) + " follows the zone of @at",
          "write @at with a time and, if you like, a zone");
    }
    if (words.size() == 3) {
      if (hasZone) {
        throw wrong(words.get(2), "a second zone follows the time of @at", "write one zone");
      }
      readZone(words.get(2));
    }
    return switch (time(word)) {
      case WrittenTime.Fixed(Instant instant) -> {
        if (words.size() == 3) {
          throw wrong(
              words.get(2),
              "a zone follows a time that says its offset from UTC itself",
              "leave out one of them");
        }
        yield Once.of(instant);
      }
      case WrittenTime.Local(var local) -> Once.of(local, zone);
      case WrittenTime.Day(var date) -> Once.of(date.atStartOfDay(), zone);
    };
  }

  private static ScheduleSyntaxException unknownDescriptor(Word word, String name) {
    String what = "there is no descriptor " + Quoted.of(word.text());
    return name.equals("@in")
        ? wrong(word, what, "write \"@at TIME\" for once, or @every for again and again")
        : wrong(
            word,
            what,
            Nearest.of(name, DESCRIPTORS)
                .map(nearest -> "write " + nearest)
                .orElse("write one of " + String.join(", ", DESCRIPTORS)));
  }

  // ---- fields --------------------------------------------------------------------------------

  private Schedule fields(List<Word> words) throws ScheduleSyntaxException {
    if (words.size() < 5 || words.size() > 7) {
      throw wrong(
          words.getFirst(),
          words.size() + (words.size() == 1 ? " field" : " fields") + " where 5, 6 or 7 belong",
          words.size() > 1
              ? EXAMPLE
              : Nearest.of("@" + words.getFirst().text(), DESCRIPTORS)
                  .map(nearest -> "write " + nearest)
                  .orElse(EXAMPLE));
    }
    return cron("", words);
  }

  /// @param descriptor what was written in place of the fields; may be empty
  private Schedule cron(String descriptor, List<Word> words) throws ScheduleSyntaxException {
    boolean hasYear = words.size() == 7 || words.size() == 6 && isYear(words.getLast().text());
    boolean hasSecond = words.size() - (hasYear ? 1 : 0) == 6;
    EnumSet<Field> written = EnumSet.allOf(Field.class);
    if (!hasSecond) {
      written.remove(Field.SECOND);
    }
    if (!hasYear) {
      written.remove(Field.YEAR);
    }
    int before = errors.size();
    Map<Field, FieldValues> values = new EnumMap<>(Field.class);
    values.put(Field.SECOND, FieldValues.read(Field.SECOND, new Word("0", begin), jobName, errors));
    values.put(Field.YEAR, FieldValues.read(Field.YEAR, new Word("*", end), jobName, errors));
    Iterator<Word> word = words.iterator();
    written.forEach(
        field -> values.put(field, FieldValues.read(field, word.next(), jobName, errors)));
    if (errors.size() > before) {
      return Never.NONE;
    }
    return cron(descriptor, written, new Fields(values));
  }

  private Schedule cron(String descriptor, Set<Field> written, Fields fields)
      throws ScheduleSyntaxException {
    Days days = fields.days(dayMatch);
    Days.Frequency frequency = days.frequency();
    if (frequency == Days.Frequency.NEVER) {
      throw fields.neverDue();
    }
    if (descriptor.isEmpty()) {
      new Cautions(fields, written.contains(Field.SECOND), days, frequency, cautions).look();
    }
    Dst usual = fields.isInterval() ? Dst.ELAPSED : Dst.ONCE;
    Dst wanted = dst == Dst.AUTO ? usual : dst;
    boolean needsBothDays = fields.restrictsBothDays() && !days.eitherMatches();
    String text =
        (needsBothDays ? CronSchedule.BOTH_DAYS : "")
            + (wanted == usual ? "" : "DST=" + wanted.name().toLowerCase(Locale.ROOT) + " ")
            + (descriptor.isEmpty() ? fields.text(written) : descriptor);
    return new CronSchedule(text, zone, fields.times(), days, wanted).shared();
  }

  /// Of six fields the last one is a year when a number from 100 on is in it, a weekday otherwise.
  private static boolean isYear(String lastField) {
    int number = 0;
    for (int i = 0; i < lastField.length(); i++) {
      char c = lastField.charAt(i);
      number = c >= '0' && c <= '9' ? Math.min(number * 10 + c - '0', 100) : 0;
      if (number >= 100) {
        return true;
      }
    }
    return false;
  }

  private static ScheduleSyntaxException wrong(Word word, String what, String instead) {
    return new ScheduleSyntaxException(word.column(), what, instead);
  }
}
