package ofelia.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.Jsonb;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFormatTest {

  /// 2026-03-01T12:00:00.007Z.
  private static final long AT = 1_772_366_400_007L;

  @Test
  void textKeepsTheShapeThatPeopleGrep() {
    LogEntry entry =
        entry(
            "[Job \"backup\" (5e0700000012)] Started - restic backup",
            new LogEntry.Pair("job", "backup"),
            new LogEntry.Pair("run", "5e0700000012"),
            new LogEntry.Pair("attempt", 2));

    assertThat(line(LogFormat.TEXT, entry, ZoneOffset.UTC))
        .isEqualTo(
            "time=2026-03-01T12:00:00.007Z level=INFO"
                + " msg=\"[Job \\\"backup\\\" (5e0700000012)] Started - restic backup\""
                + " attempt=2\n");
  }

  @Test
  void textNamesTheJobWhereTheMessageDoesNot() {
    LogEntry entry = entry("claimed", new LogEntry.Pair("job", "my backup"));

    assertThat(line(LogFormat.TEXT, entry, ZoneId.of("Asia/Kolkata")))
        .isEqualTo("time=2026-03-01T17:30:00.007+05:30 level=INFO msg=claimed job=\"my backup\"\n");
  }

  /// What Go's `slog.TextHandler` writes for the same values. `␤` stands for a line feed, `␛` for
  /// ESC, `␠` for a no-break space.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      quoteCharacter = '~',
      value = {
        "plain     | plain",
        "~~        | \"\"",
        "a b       | \"a b\"",
        "a=b       | \"a=b\"",
        "say \"x\" | \"say \\\"x\\\"\"",
        "C:\\tmp   | C:\\tmp",
        "C:\\a b   | \"C:\\\\a b\"",
        "a␤b       | \"a\\nb\"",
        "a␛b       | \"a\\x1bb\"",
        "a␠b       | \"a\\u00a0b\"",
        "größe     | größe",
        "日本       | 日本",
        "😀        | 😀",
      })
  void textQuotesAsGoDoes(String value, String expected) {
    String raw = value.replace('␤', '\n').replace('␛', '\u001b').replace('␠', '\u00a0');
    StringBuilder line = new StringBuilder();
    GoText.append(raw, LogFormat.MAX_LINE, line);
    assertThat(line).hasToString(expected);
  }

  @Test
  void jsonIsOneObjectWithAllKeys() {
    LogEntry entry =
        new LogEntry(
            AT,
            LogLevel.ERROR,
            "[Job \"a\"] broke\n\"x\" \u0001\u007f\u2028 \ud800",
            List.of(new LogEntry.Pair("run", "5e0700000012"), new LogEntry.Pair("exit", 3)),
            Optional.of(new IllegalStateException("no\tway")));

    String line = line(LogFormat.JSON, entry, ZoneId.of("Asia/Kolkata"));

    assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
    Map<String, Object> read = parse(line);
    assertThat(read)
        .containsEntry("time", "2026-03-01T12:00:00.007Z")
        .containsEntry("level", "ERROR")
        .containsEntry("msg", "[Job \"a\"] broke\n\"x\" \u0001\u007f\u2028 \ufffd")
        .containsEntry("run", "5e0700000012")
        .containsEntry("error", "java.lang.IllegalStateException: no\tway")
        .containsKey("stack");
    assertThat(read.get("exit")).isInstanceOf(Number.class).asString().startsWith("3");
  }

  @Test
  void longLinesAreCutAndSayHowMuchIsMissing() {
    String message = "x\n".repeat(60_000);
    LogEntry entry = entry(message, new LogEntry.Pair("late", "y".repeat(10)));

    String text = line(LogFormat.TEXT, entry, ZoneOffset.UTC);
    String json = line(LogFormat.JSON, entry, ZoneOffset.UTC);

    for (String line : List.of(text, json)) {
      assertThat(line.length()).isBetween(LogFormat.MAX_LINE, LogFormat.MAX_LINE + 100);
      assertThat(line).containsPattern("… \\(\\d+ more characters\\)\"").doesNotContain("late");
    }
    assertThat(json).endsWith("\"}\n");
    int begin = json.indexOf("\"msg\":\"") + 7;
    String read = json.substring(begin, json.length() - 3).replace("\\n", "\n");
    int kept = read.indexOf('…');
    assertThat(read).endsWith("(" + (message.length() - kept) + " more characters)");
  }

  @Test
  void levelsHaveTheNamesThatTheGoProgramKnows() {
    Map<LogLevel, List<String>> words =
        Map.of(
            LogLevel.DEBUG, List.of("debug", "trace", "TRACE"),
            LogLevel.INFO, List.of("info", "notice", "Info"),
            LogLevel.WARN, List.of("warn", "warning"),
            LogLevel.ERROR, List.of("error", "fatal", "panic", "critical"));
    words.forEach((level, names) ->
        assertThat(names).allSatisfy(name -> assertThat(LogLevel.find(name)).hasValue(level)));
    assertThat(LogLevel.find("loud")).isEmpty();
  }

  private static LogEntry entry(String message, LogEntry.Pair... pairs) {
    return new LogEntry(AT, LogLevel.INFO, message, List.of(pairs), Optional.empty());
  }

  private static String line(LogFormat format, LogEntry entry, ZoneId zone) {
    StringBuilder line = new StringBuilder();
    format.write(entry, zone, line);
    return line.toString();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> parse(String json) {
    return Jsonb.builder().build().type(Map.class).fromJson(json);
  }
}
