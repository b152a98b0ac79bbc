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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  void saysAllThatIsWrongAtOnce() {
    assertThatExceptionOfType(ScheduleSyntaxException.class)
        .isThrownBy(() -> Schedule.parse("DST=x 61 3,24,5x 32 * MON#9 | @dayly", ZoneOffset.UTC))
        .satisfies(error ->
            assertThat(error.remarks())
                .extracting(remark -> remark.column() + " " + remark.what())
                .containsExactly(
                    "4 DST= cannot be \"x\"",
                    "6 minute 61 is outside 0-59",
                    "11 hour 24 is outside 0-23",
                    "14 hour \"5x\" is not a number",
                    "17 day of month 32 is outside 1-31",
                    "26 day of week \"MON#9\" asks for \"9\" in the month",
                    "30 there is no descriptor \"@dayly\""));
  }

  @Test
  void refusesATextThatIsTooLongAlsoWhenOnlyItsCanonicalFormIs() {
    assertThatExceptionOfType(ScheduleSyntaxException.class)
        .isThrownBy(() -> Schedule.parse("0,".repeat(4_092) + "0 0 * * *", ZoneOffset.UTC))
        .withMessageContaining("8193 characters, more than 8192");
    assertThatExceptionOfType(ScheduleSyntaxException.class)
        .isThrownBy(() -> Schedule.parse("0,".repeat(4_091) + "0 0 * * *", ZoneOffset.UTC))
        .withMessageContaining("with its zone");
  }

  @Test
  void takesValuesFromTheJobsName() throws ScheduleSyntaxException {
    ScheduleDefaults defaults = ScheduleDefaults.of(BERLIN).withJobName("backup");

    Schedule schedule = Schedule.parse("H H/6 H(10-12),H * h(1-5)/2", defaults);

    // Changing these would move the jobs of everybody who uses H.
    assertThat(schedule.text()).isEqualTo("CRON_TZ=Europe/Berlin 25 1-23/6 11,2 * 1-5/2");
    assertThat(Schedule.parse("H H H H H H", defaults.withJobName("report")).text())
        .isEqualTo("CRON_TZ=Europe/Berlin 26 4 15 11 12 3");
    assertThat(Schedule.parse(schedule.text(), ZoneOffset.UTC)).isEqualTo(schedule);
  }

  @Test
  void spreadsNamesEvenly() throws ScheduleSyntaxException {
    int[] perMinute = new int[60];
    for (int i = 0; i < 6_000; i++) {
      ScheduleDefaults defaults = ScheduleDefaults.of(ZoneOffset.UTC).withJobName("job-" + i);
      long due = Schedule.parse("H 0 * * *", defaults).next(-1, 0);
      perMinute[(int) (due / 60_000)]++;
    }
    assertThat(Arrays.stream(perMinute).min().orElse(0)).isGreaterThan(60);
    assertThat(Arrays.stream(perMinute).max().orElse(0)).isLessThan(140);
  }

  @Test
  void writesTheZoneAlways() throws ScheduleSyntaxException {
    assertThat(Schedule.parse("  0  3 *\t* * ", BERLIN).text())
        .isEqualTo("CRON_TZ=Europe/Berlin 0 3 * * *");
    assertThat(Schedule.parse("TZ='UTC' @Daily", BERLIN).text()).isEqualTo("CRON_TZ=UTC @daily");
    assertThat(Schedule.parse("@every 5400s", BERLIN).text()).isEqualTo("@every 1h30m");
    assertThat(Schedule.parse("@NONE", BERLIN).text()).isEqualTo("@none");
    assertThat(Schedule.parse("@at 2027-01-01t03:00", BERLIN).text())
        .isEqualTo("@at 2027-01-01T03:00 Europe/Berlin");
    assertThat(Schedule.parse("@at 2027-01-01T03:00+01:00", BERLIN).text())
        .isEqualTo("@at 2027-01-01T02:00:00Z");
    assertThat(Schedule.parse("UNTIL=2027-12-31 FROM=2027-01-01 0 3 * * *", BERLIN).text())
        .isEqualTo(
            "FROM=2026-12-31T23:00:00Z UNTIL=2027-12-31T23:00:00Z CRON_TZ=Europe/Berlin 0 3 * * *");
    assertThat(Schedule.parse("0 3 * * *|@daily|0  3 * * *", ZoneOffset.UTC).text())
        .isEqualTo("CRON_TZ=Z 0 3 * * * | CRON_TZ=Z @daily");
  }

  @Test
  void writesNoPrefixThatChangesNothing() throws ScheduleSyntaxException {
    assertThat(Schedule.parse("DST=once DAY_MATCH=and 0 3 * * 1", BERLIN).text())
        .isEqualTo("CRON_TZ=Europe/Berlin 0 3 * * 1");
    assertThat(Schedule.parse("DST=once DAY_MATCH=and */5 3 1 * 1", BERLIN).text())
        .isEqualTo("CRON_TZ=Europe/Berlin DAY_MATCH=and DST=once */5 3 1 * 1");
    assertThat(Schedule.parse("DST=ELAPSED DAY_MATCH=either @hourly", BERLIN).text())
        .isEqualTo("CRON_TZ=Europe/Berlin @hourly");
  }

  @Test
  void takesWhatTheTextDoesNotSayFromTheDefaults() throws ScheduleSyntaxException {
    ScheduleDefaults defaults =
        ScheduleDefaults.of(BERLIN).withDayMatch(DayMatch.AND).withDst(Dst.LITERAL);

    assertThat(Schedule.parse("0 3 13 * 5", defaults).text())
        .isEqualTo("CRON_TZ=Europe/Berlin DAY_MATCH=and DST=literal 0 3 13 * 5");
    assertThat(Schedule.parse("DAY_MATCH=either DST=auto 0 3 13 * 5", defaults).text())
        .isEqualTo("CRON_TZ=Europe/Berlin 0 3 13 * 5");
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
    assertThat(Schedule.parse("@reboot", BERLIN).isTriggered()).isFalse();
  }

  @Test
  void isDueAtTheStartWhenItSaysReboot() throws ScheduleSyntaxException {
    assertThat(Schedule.parse("@reboot", BERLIN).isDueAtStart()).isTrue();
    assertThat(Schedule.parse("0 3 * * * | @reboot", BERLIN).isDueAtStart()).isTrue();
    assertThat(Schedule.parse("0 3 * * *", BERLIN).isDueAtStart()).isFalse();
    assertThat(Schedule.parse("@manual", BERLIN).isDueAtStart()).isFalse();
  }

  @Test
  void boundsAnySchedule() throws ScheduleSyntaxException {
    long from = Instant.parse("2026-02-01T00:00:00Z").toEpochMilli();
    long until = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();

    Schedule both = Schedule.parse("UNTIL=2026-02-20 0 3 * * * | @every 1h", ZoneOffset.UTC);

    assertThat(both.within(from, until).text())
        .isEqualTo(
            "FROM=2026-02-01T00:00:00Z UNTIL=2026-02-21T00:00:00Z CRON_TZ=Z 0 3 * * *"
                + " | FROM=2026-02-01T00:00:00Z UNTIL=2026-03-01T00:00:00Z @every 1h");
    assertThat(Never.REBOOT.within(from, until)).isSameAs(Never.REBOOT);
    assertThat(both.within(Long.MIN_VALUE, Schedule.NEVER)).isEqualTo(both);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      value = {
        "* 30 3 * * *\t0\tthis is due 60 times within a minute, since the first of six or seven"
            + " fields is the second\tif once is meant, write \"0 30 3 * * *\"",
        "*/10 0 3 * * * 2030\t0\tthis is due 6 times within a minute, since the first of six or"
            + " seven fields is the second\tif once is meant, write \"0 0 3 * * * 2030\"",
        "* 3 * * MON\t0\tthis is due 60 times within an hour, once a minute\tif once is meant,"
            + " write \"0 3 * * MON\"",
        "0 3 */2 * MON\t4\tday of month \"*/2\" restricts, star or not, so that a day needs to"
            + " match only one of the two day fields\tif both must match, ask for it with day-match"
            + " = and, or DAY_MATCH=and before the fields",
        "0 3 29 2 *\t4\tthis is due on less than one day in two years\twrite other days if that is"
            + " not meant",
        "0 0 3 1 1 * */10\t6\tthis is due on less than one day in two years\twrite other days if"
            + " that is not meant"
      })
  void asksWhetherThatIsMeant(String text, int column, String what, String instead)
      throws ScheduleSyntaxException {
    assertThat(Schedule.read(text, ScheduleDefaults.of(BERLIN)).cautions())
        .containsExactly(new Remark(column, what, instead));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * * * *",
        "*/10 * * * * *",
        "0 30 3 * * *",
        "* * * * *",
        "* 9-17 * * *",
        "0 3 1 1 *",
        "0 3 13 * 5",
        "DAY_MATCH=and 0 3 */2 * MON",
        "0 3 1 1 * 2030",
        "0 3 * * MON#5",
        "@yearly",
        "@at 2020-01-01"
      })
  void hasNoCautionWithoutNeed(String text) throws ScheduleSyntaxException {
    assertThat(Schedule.read(text, ScheduleDefaults.of(BERLIN)).cautions()).isEmpty();
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

  static List<Row> rows(String file) throws IOException {
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
