package ofelia.cron;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ofelia.syntax.GoDuration;
import ofelia.syntax.Nearest;
import ofelia.syntax.Parsed;

/// Reads one text into a [Schedule]; used once. The grammar stands there.
final class ScheduleParser {

  private static final int MOST_CHARACTERS = 1024;
  private static final String EXAMPLE =
      "write five fields (minute hour day-of-month month day-of-week) such as \"0 3 * * *\","
          + " six with the second first, or a descriptor such as @daily or \"@every 1h\"";

  private static final Map<String, String> DESCRIPTORS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static final List<String> KNOWN_DESCRIPTORS =
      List.of(
          "@yearly",
          "@annually",
          "@monthly",
          "@weekly",
          "@daily",
          "@midnight",
          "@hourly",
          "@every",
          "@triggered",
          "@manual",
          "@none");

  private final String text;
  private ZoneId zone;
  private int at;

  ScheduleParser(String text, ZoneId defaultZone) {
    this.text = text;
    this.zone = defaultZone;
  }

  /// A piece of the text between blanks.
  private record Word(String text, int column) {}

  Schedule parse() throws ScheduleSyntaxException {
    if (text.length() > MOST_CHARACTERS) {
      throw new ScheduleSyntaxException(
          MOST_CHARACTERS,
          "the schedule has " + text.length() + " characters, more than " + MOST_CHARACTERS,
          "write it shorter, with ranges and steps in place of lists");
    }
    skipBlanks();
    if (at < text.length() && "\"'`".indexOf(text.charAt(at)) >= 0) {
      throw new ScheduleSyntaxException(
          at, "the schedule begins with the quote " + text.charAt(at), "write it without quotes");
    }
    readZone();
    List<Word> words = words(text, at);
    if (words.isEmpty()) {
      throw new ScheduleSyntaxException(
          at, at == 0 ? "the schedule is empty" : "no schedule follows the zone", EXAMPLE);
    }
    return words.getFirst().text().startsWith("@") ? descriptor(words) : fields(words);
  }

  private void readZone() throws ScheduleSyntaxException {
    int equals =
        text.regionMatches(true, at, "TZ=", 0, 3)
            ? at + 3
            : text.regionMatches(true, at, "CRON_TZ=", 0, 8) ? at + 8 : -1;
    if (equals < 0) {
      return;
    }
    at = equals;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    String name = text.substring(equals, at);
    char quote = name.isEmpty() ? ' ' : name.charAt(0);
    if (quote == '"' || quote == '\'') {
      if (name.length() < 2 || name.charAt(name.length() - 1) != quote) {
        throw new ScheduleSyntaxException(
            equals, "the zone " + name + " has a quote at one end only", "write it without quotes");
      }
      name = name.substring(1, name.length() - 1);
      equals++;
    }
    if (!name.equals("Local")) {
      zone = zone(name, equals);
    }
    skipBlanks();
  }

  private static ZoneId zone(String name, int column) throws ScheduleSyntaxException {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException _) {
      // Neither a name in the time zone database nor an offset: the reason is better said with the
      // nearest name.
      Optional<String> nearest = nearestZone(name);
      throw new ScheduleSyntaxException(
          column,
          "there is no time zone \"" + name + "\"",
          nearest.isPresent()
              ? "write " + nearest.get()
              : "write a name of the time zone database, such as Europe/Berlin or UTC");
    }
  }

  /// The zone that somebody probably meant: by its whole name, else by its city alone.
  private static Optional<String> nearestZone(String name) {
    Map<String, String> zoneOfCity = new TreeMap<>();
    var zones = new TreeSet<>(ZoneId.getAvailableZoneIds());
    zones.forEach(zone -> zoneOfCity.putIfAbsent(zone.substring(zone.lastIndexOf('/') + 1), zone));
    return Nearest.of(name, zones)
        .or(() -> Nearest.of(name, zoneOfCity.keySet()).map(zoneOfCity::get));
  }

  private Schedule descriptor(List<Word> words) throws ScheduleSyntaxException {
    Word first = words.getFirst();
    String name = first.text().toLowerCase(Locale.ROOT);
    if (name.equals("@every")) {
      return every(words);
    }
    String fields = DESCRIPTORS.get(name);
    Optional<Never> never = never(name);
    if (fields == null && never.isEmpty()) {
      throw unknownDescriptor(first, name);
    }
    if (words.size() > 1) {
      throw new ScheduleSyntaxException(
          words.get(1).column(),
          "\"" + words.get(1).text() + "\" follows " + name + ", which stands alone",
          "write " + name + " only");
    }
    return never.isPresent() ? never.get() : cron(name, words("0 " + fields, 0));
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
      throw new ScheduleSyntaxException(
          words.get(2).column(),
          "\"" + words.get(2).text() + "\" follows the interval of @every",
          "write the interval without blanks: \"@every " + joined + "\"");
    }
    Word word = words.get(1);
    Duration exact = interval(word);
    if (exact.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new ScheduleSyntaxException(
          word.column(),
          "the interval \"" + word.text() + "\" of @every is shorter than one second",
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
              "the interval \"" + word.text() + "\" is no duration: " + found,
              advice);
    };
  }

  private static ScheduleSyntaxException unknownDescriptor(Word word, String name) {
    return switch (name) {
      case "@reboot", "@at", "@in" ->
          new ScheduleSyntaxException(
              word.column(),
              name + " is not supported yet",
              "write fields, or @triggered for a job that is started by hand");
      default ->
          new ScheduleSyntaxException(
              word.column(),
              "there is no descriptor \"" + word.text() + "\"",
              Nearest.of(name, KNOWN_DESCRIPTORS)
                  .map(nearest -> "write " + nearest)
                  .orElse("write one of " + String.join(", ", KNOWN_DESCRIPTORS)));
    };
  }

  private Schedule fields(List<Word> words) throws ScheduleSyntaxException {
    if (words.size() == 7 || words.size() == 6 && hasYear(words.getLast().text())) {
      throw new ScheduleSyntaxException(
          words.getLast().column(),
          "the year \"" + words.getLast().text() + "\" as last field is not supported yet",
          "leave it out");
    }
    if (words.size() < 5 || words.size() > 6) {
      throw new ScheduleSyntaxException(
          words.getFirst().column(),
          words.size() + (words.size() == 1 ? " field" : " fields") + " where 5 or 6 belong",
          words.size() > 1
              ? EXAMPLE
              : Nearest.of("@" + words.getFirst().text(), KNOWN_DESCRIPTORS)
                  .map(nearest -> "write " + nearest)
                  .orElse(EXAMPLE));
    }
    String canonical = words.stream().map(Word::text).collect(Collectors.joining(" "));
    if (words.size() == 5) {
      words.addFirst(new Word("0", 0));
    }
    return cron(canonical, words);
  }

  /// Of six fields the last one is a year when a number from 100 on is in it, a weekday otherwise.
  private static boolean hasYear(String lastField) {
    int digits = 0;
    for (int i = 0; i < lastField.length(); i++) {
      digits = isDigit(lastField.charAt(i)) ? digits + 1 : 0;
      if (digits >= 3 && (lastField.charAt(i - digits + 1) != '0')) {
        return true;
      }
    }
    return false;
  }

  /// @param words six: the second first
  private Schedule cron(String canonical, List<Word> words) throws ScheduleSyntaxException {
    Values second = values(Field.SECOND, words.get(0));
    Values minute = values(Field.MINUTE, words.get(1));
    Values hour = values(Field.HOUR, words.get(2));
    Values dayOfMonth = values(Field.DAY_OF_MONTH, words.get(3));
    Values month = values(Field.MONTH, words.get(4));
    Values dayOfWeek = values(Field.DAY_OF_WEEK, words.get(5));
    // Sunday's 7 is its 0.
    long weekdays = (dayOfWeek.set() | dayOfWeek.set() >>> 7) & Days.EVERY_DAY_OF_WEEK;
    Days days =
        new Days(
            (int) dayOfMonth.set(),
            (int) month.set(),
            (int) weekdays,
            dayOfMonth.restricted() && dayOfWeek.restricted());
    if (!days.isEver()) {
      throw new ScheduleSyntaxException(
          words.get(3).column(),
          "day of month \""
              + words.get(3).text()
              + "\" never comes in month \""
              + words.get(4).text()
              + "\", so that this would never be due",
          "write a day that the month has");
    }
    Times times = new Times(second.set(), minute.set(), (int) hour.set());
    boolean fixedTimes = !beginsWithStar(words.get(1)) && !beginsWithStar(words.get(2));
    return new CronSchedule(canonical, zone, times, days, fixedTimes).shared();
  }

  private static boolean beginsWithStar(Word word) {
    return word.text().startsWith("*") || word.text().startsWith("?");
  }

  /// The values of a field.
  ///
  /// @param set bit n for value n
  /// @param restricted whether no part is a plain `*`
  private record Values(long set, boolean restricted) {}

  private static Values values(Field field, Word word) throws ScheduleSyntaxException {
    long set = 0;
    boolean restricted = true;
    int begin = 0;
    while (begin <= word.text().length()) {
      int comma = word.text().indexOf(',', begin);
      int end = comma < 0 ? word.text().length() : comma;
      if (begin < end) {
        Part part = new Part(field, word.text().substring(begin, end), word.column() + begin);
        set |= part.values();
        restricted &= !part.isPlainStar();
      }
      begin = end + 1;
    }
    if (set == 0) {
      throw new ScheduleSyntaxException(
          word.column(), field.label + " \"" + word.text() + "\" has no value", field.advice());
    }
    return new Values(set, restricted);
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private static List<Word> words(String text, int from) {
    List<Word> words = new ArrayList<>(6);
    int begin = from;
    for (int i = from; i <= text.length(); i++) {
      if (i == text.length() || Character.isWhitespace(text.charAt(i))) {
        if (begin < i) {
          words.add(new Word(text.substring(begin, i), begin));
        }
        begin = i + 1;
      }
    }
    return words;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
