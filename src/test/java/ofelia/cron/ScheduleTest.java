package ofelia.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  record Row(String file, int line, List<String> cells) {
    @Override
    public String toString() {
      return file + ":" + line + " " + cells;
    }
  }

  static List<Row> instants() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String file : List.of("fields.tsv", "days.tsv", "daylight-saving.tsv")) {
      rows.addAll(rows(file));
    }
    return rows;
  }

  static List<Row> errors() throws IOException {
    return rows("errors.tsv");
  }

  @ParameterizedTest
  @MethodSource("instants")
  void isDueWhenTheTableSays(Row row) throws ScheduleSyntaxException {
    ZoneId zone = ZoneId.of(row.cells().get(2));
    Schedule schedule = Schedule.parse(row.cells().get(1), zone);
    Instant from = OffsetDateTime.parse(row.cells().get(0)).toInstant();
    List<String> expected = List.of(row.cells().get(3).split(" "));

    List<String> found = new ArrayList<>();
    Instant after = from;
    while (found.size() < expected.size()) {
      Instant due = schedule.next(after, from).orElse(Instant.MAX);
      String wanted = expected.get(found.size());
      ZoneOffset shown = wanted.endsWith("Z") ? ZoneOffset.UTC : zone.getRules().getOffset(due);
      found.add(due.equals(Instant.MAX) ? "never" : due.atOffset(shown).toString());
      after = due.equals(Instant.MAX) ? after : due;
    }

    assertThat(found).isEqualTo(expected);
    int count = expected.size() - (expected.contains("never") ? 1 : 0);
    assertThat(schedule.passed(from.toEpochMilli(), after.toEpochMilli(), from.toEpochMilli()))
        .extracting(Stretch::count)
        .isEqualTo((long) count);
  }

  @ParameterizedTest
  @MethodSource("instants")
  void writesItselfSoThatItReadsBackEqualInAnotherDefaultZone(Row row)
      throws ScheduleSyntaxException {
    Schedule schedule = Schedule.parse(row.cells().get(1), ZoneId.of(row.cells().get(2)));

    Schedule again = Schedule.parse(schedule.text(), ZoneId.of("Asia/Tokyo"));

    assertThat(again).isEqualTo(schedule).hasSameHashCodeAs(schedule);
    assertThat(again.text()).isEqualTo(schedule.text());
  }

  @ParameterizedTest
  @MethodSource("errors")
  void saysWhatIsWrongAndWhatToWrite(Row row) {
    assertThatExceptionOfType(ScheduleSyntaxException.class)
        .isThrownBy(() -> Schedule.parse(row.cells().get(0), ZoneOffset.UTC))
        .satisfies(error ->
            assertThat(List.of(String.valueOf(error.column()), error.what(), error.instead()))
                .isEqualTo(row.cells().subList(1, 4)))
        .withMessage(row.cells().get(2) + "; " + row.cells().get(3));
  }

  @Test
  void refusesATextOfMoreThan1024Characters() {
    String longest = "0,".repeat(508) + "0 0 * * *";
    assertThat(longest).hasSize(1025);

    assertThatExceptionOfType(ScheduleSyntaxException.class)
        .isThrownBy(() -> Schedule.parse(longest, ZoneOffset.UTC))
        .withMessageContaining("1025 characters, more than 1024");
  }

  @Test
  void writesTheZoneAlways() throws ScheduleSyntaxException {
    assertThat(Schedule.parse("  0  3 *\t* * ", BERLIN).text())
        .isEqualTo("CRON_TZ=Europe/Berlin 0 3 * * *");
    assertThat(Schedule.parse("TZ='UTC' @Daily", BERLIN).text()).isEqualTo("CRON_TZ=UTC @daily");
    assertThat(Schedule.parse("@every 5400s", BERLIN).text()).isEqualTo("@every 1h30m");
    assertThat(Schedule.parse("@NONE", BERLIN).text()).isEqualTo("@none");
  }

  @Test
  void sharesOneObjectAmongEqualTexts() throws ScheduleSyntaxException {
    Schedule one = Schedule.parse("0 3 * * *", BERLIN);

    assertThat(Schedule.parse("CRON_TZ=Europe/Berlin 0 3  * * *", ZoneOffset.UTC)).isSameAs(one);
  }

  @ParameterizedTest
  @ValueSource(strings = {"@triggered", "@manual", "@none"})
  void isTriggeredOnlyWhenItIsNeverDueByItself(String text) throws ScheduleSyntaxException {
    assertThat(Schedule.parse(text, BERLIN).isTriggered()).isTrue();
    assertThat(Schedule.parse("@every 1s", BERLIN).isTriggered()).isFalse();
    assertThat(Schedule.parse("@daily", BERLIN).isTriggered()).isFalse();
  }

  @Test
  void countsAnIntervalFromItsAnchor() {
    Schedule every = new Every(Duration.ofSeconds(10));

    assertThat(every.next(1_000, 1_000)).isEqualTo(11_000);
    assertThat(every.next(10_999, 1_000)).isEqualTo(11_000);
    assertThat(every.next(11_000, 1_000)).isEqualTo(21_000);
    assertThat(every.next(-50_000, 1_000)).as("before the anchor").isEqualTo(11_000);
    assertThat(every.next(Long.MAX_VALUE - 1, 1_000)).isEqualTo(Schedule.NEVER);
    assertThat(every.next(Long.MAX_VALUE - 1, Long.MIN_VALUE)).isEqualTo(Schedule.NEVER);
    assertThat(every.passed(1_000, 31_000, 1_000)).isEqualTo(new Stretch(11_000, 31_000, 3));
    assertThat(every.passed(1_000, 30_999, 1_000)).isEqualTo(new Stretch(11_000, 21_000, 2));
    assertThat(every.passed(1_000, 10_999, 1_000)).isEqualTo(Stretch.NONE);
  }

  @Test
  void refusesAnIntervalThatIsNoWholeNumberOfSeconds() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Every(Duration.ofMillis(1_500)));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Every(Duration.ZERO));
  }

  @Test
  void countsYearsOfSecondsWithoutWalkingThroughThem() throws ScheduleSyntaxException {
    Schedule schedule = Schedule.parse("* * * * * *", BERLIN);
    long from = Instant.parse("1980-01-01T00:00:00Z").toEpochMilli();
    long through = Instant.parse("2040-01-01T00:00:00.999Z").toEpochMilli();

    Stretch passed = schedule.passed(from, through, 0);

    long seconds = (through - from) / 1_000;
    assertThat(passed).isEqualTo(new Stretch(from + 1_000, through - 999, seconds));
  }

  @Test
  void staysWithinItsRangeForAnyNumber() throws ScheduleSyntaxException {
    Schedule schedule = Schedule.parse("30 2 * * *", BERLIN);

    assertThat(schedule.next(Long.MAX_VALUE, 0)).isEqualTo(Schedule.NEVER);
    assertThat(schedule.next(Long.MAX_VALUE - 1, 0)).isEqualTo(Schedule.NEVER);
    assertThat(schedule.next(Long.MIN_VALUE, 0))
        .isBetween(Long.MIN_VALUE + 1, Long.MIN_VALUE + 86_400_000);
    assertThat(schedule.passed(5_000, 5_000, 0)).isEqualTo(Stretch.NONE);
    assertThat(schedule.passed(5_000, -5_000, 0)).isEqualTo(Stretch.NONE);
    assertThat(schedule.passed(0, Long.MAX_VALUE, 0).lastMillis())
        .isEqualTo(Instant.parse("9999-12-31T01:30:00Z").toEpochMilli());
  }

  private static List<Row> rows(String file) throws IOException {
    try (InputStream in = ScheduleTest.class.getResourceAsStream("/cron/" + file)) {
      String text =
          new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
      List<String> lines = text.lines().toList();
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (!line.isBlank() && !line.startsWith("#")) {
          rows.add(new Row(file, i + 1, List.of(line.split("\t", -1))));
        }
      }
      return rows;
    }
  }
}
