package ofelia.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ForecastTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  static List<ScheduleTest.Row> sentences() throws IOException {
    return ScheduleTest.rows("sentences.tsv");
  }

  @ParameterizedTest
  @MethodSource("sentences")
  void saysASchedule(ScheduleTest.Row row) throws ScheduleSyntaxException {
    Schedule schedule = Schedule.parse(row.cells().get(0), BERLIN);

    assertThat(Forecast.sentence(schedule)).isEqualTo(row.cells().get(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-29T00:00+01:00 | 30 2 * * *      | clocks go from 02:00 to 03:00: this stands for"
            + " what they skip",
        "2026-03-29T00:00+01:00 | 0 2,3 * * *     | clocks go from 02:00 to 03:00: this stands for"
            + " what they skip",
        "2026-03-29T01:00+01:00 | @hourly         | clocks go from 02:00 to 03:00",
        "2026-03-29T00:00+01:00 | 30 3 * * *      |",
        "2026-10-25T00:00+02:00 | 30 2 * * *      | first of two: clocks go back from 03:00 to"
            + " 02:00",
        "2026-10-25T02:00+02:00 | @hourly         | second of two: clocks go back from 03:00 to"
            + " 02:00",
        "2026-10-25T02:00+01:00 | @hourly         |",
        "2026-10-25T00:00+02:00 | 30 1 * * *      |",
        "2026-10-25T00:00+02:00 | @every 2h30m    |",
        "2026-10-25T00:00+02:00 | UNTIL=2027-01-01 30 2 * * * | first of two: clocks go back from"
            + " 03:00 to 02:00",
        "2026-10-25T00:00+02:00 | TZ=UTC 30 0 * * * | ",
        "2011-12-29T12:00-10:00 | TZ=Pacific/Apia 0 12 * * * | clocks go from 2011-12-30 00:00 to"
            + " 2011-12-31 00:00: this stands for what they skip",
      })
  void saysWhatAChangeOfTheClocksHasToDoWithIt(String from, String text, String note)
      throws ScheduleSyntaxException {
    long after = OffsetDateTime.parse(from).toInstant().toEpochMilli();

    List<Forecast.Due> due = Forecast.due(Schedule.parse(text, BERLIN), after, after, 1);

    assertThat(due.getFirst().note()).isEqualTo(Optional.ofNullable(note));
  }

  @Test
  void givesAsManyInstantsAsThereAre() throws ScheduleSyntaxException {
    Schedule schedule = Schedule.parse("FROM=2026-01-01 UNTIL=2026-01-02 0 3 * * *", BERLIN);

    assertThat(Forecast.due(schedule, 0, 0, 5))
        .extracting(due -> Instant.ofEpochMilli(due.millis()))
        .containsExactly(
            Instant.parse("2026-01-01T02:00:00Z"), Instant.parse("2026-01-02T02:00:00Z"));
  }

  @Test
  void tellsTheTwoRulesForDaysApart() throws ScheduleSyntaxException {
    long from = Instant.parse("2026-02-01T00:00:00Z").toEpochMilli();
    Schedule either = Schedule.parse("TZ=UTC 0 0 13 * 5 | 0 3 1 1 *", BERLIN);
    Schedule both = Schedule.parse("TZ=UTC DAY_MATCH=and 0 0 13 * 5 | 0 3 1 1 *", BERLIN);

    Forecast.DayRules rules = Forecast.dayRules(either, from, 2).orElseThrow();

    assertThat(rules.inForce()).isEqualTo(DayMatch.EITHER);
    assertThat(rules.either())
        .extracting(due -> Instant.ofEpochMilli(due.millis()).toString())
        .containsExactly("2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z");
    assertThat(rules.and())
        .extracting(due -> Instant.ofEpochMilli(due.millis()).toString())
        .containsExactly("2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z");
    assertThat(Forecast.dayRules(both, from, 2).orElseThrow())
        .isEqualTo(new Forecast.DayRules(DayMatch.AND, rules.either(), rules.and()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0 0 13 * *", "0 0 * * 5", "@daily", "@every 1h", "0 0 1-31 * 0-6", "0 0 13 * *,5"})
  void seesNoDifferenceWhereThereIsNone(String text) throws ScheduleSyntaxException {
    assertThat(Forecast.dayRules(Schedule.parse(text, BERLIN), 0, 3)).isEmpty();
  }

  @Test
  void saysThatDaysThatNeverMeetAreNeverDue() throws ScheduleSyntaxException {
    Schedule schedule = Schedule.parse("0 0 31 2 MON", BERLIN);

    assertThat(Forecast.dayRules(schedule, 0, 3).orElseThrow().and()).isEmpty();
  }
}
