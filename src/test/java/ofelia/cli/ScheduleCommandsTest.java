package ofelia.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import ofelia.cron.ScheduleDefaults;
import ofelia.time.SystemTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What commands say about schedules that need no store.
class ScheduleCommandsTest {

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void nextSaysWhatClocksDo() {
    run("next", "30 2 * * *", "-n", "2", "--zone", "Europe/Berlin", "--from", "2026-03-29");

    assertThat(out().lines().toList().get(1))
        .startsWith("Sun 2026-03-29 03:00:00 +02:00")
        .endsWith("clocks go from 02:00 to 03:00: this stands for what they skip");

    out.reset();
    run(
        "next",
        "@hourly",
        "--zone",
        "Europe/Berlin",
        "--from",
        "2026-10-25T02:00",
        "-n1",
        "--json");
    assertThat(out())
        .isEqualTo(
            "{\"job\":null,\"schedule\":\"CRON_TZ=Europe/Berlin @hourly\","
                + "\"due\":\"2026-10-25T01:00:00Z\",\"local\":\"2026-10-25T02:00:00+01:00\","
                + "\"zone\":\"Europe/Berlin\",\"begins\":\"2026-10-25T01:00:00Z\","
                + "\"note\":\"second of two: clocks go back from 03:00 to 02:00\"}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "CRON_TZ=Asia/Tokyo 0 3 * * *                      ;     ; Asia/Tokyo ; 03:00:00 +09:00",
        "TZ=Asia/Tokyo 0 3 * * * | TZ=Asia/Tokyo 0 3 2 * * ;     ; Asia/Tokyo ; 03:00:00 +09:00",
        "TZ=Asia/Tokyo 0 3 * * * | TZ=UTC 0 3 * * *        ;     ; Z          ; 03:00:00 +00:00",
        "UNTIL=2098-01-01 CRON_TZ=Asia/Tokyo 0 3 * * *     ;     ; Asia/Tokyo ; 03:00:00 +09:00",
        "CRON_TZ=Asia/Tokyo 0 3 * * *                      ; UTC ; UTC        ; 18:00:00 +00:00",
        "0 3 * * *                                         ;     ; Z          ; 03:00:00 +00:00",
        "@every 1h                                         ;     ; Z          ; 01:00:00 +00:00",
        "@at 2097-01-01T03:00 Asia/Tokyo                   ;     ; Asia/Tokyo ; 03:00:00 +09:00",
      })
  void timesAreThoseOfTheSchedulesOwnZone(
      String schedule, @Nullable String asked, String zone, String time) {
    List<String> words = new ArrayList<>(List.of("next", schedule, "-n1", "--from", "2026-02-01"));
    if (asked != null) {
      words.addAll(List.of("--zone", asked));
    }

    assertThat(run(words.toArray(String[]::new))).isZero();

    assertThat(out()).startsWith("DUE (" + zone + ")").contains(time);
  }

  @Test
  void nextTakesTheValuesOfHFromTheName() {
    assertThat(run("next", "H H * * *", "--job", "backup", "-n", "1")).isZero();

    assertThat(run("next", "H H * * *")).isEqualTo(1);
    assertThat(err()).contains("minute \"H\" is chosen from a job's name").contains("--job");
  }

  @Test
  void nextTellsAllThatIsWrongWithItsPlace() {
    assertThat(run("next", "61 25 * * *")).isEqualTo(1);

    assertThat(err())
        .contains("not a schedule: 61 25 * * *\n")
        .contains("  column 1: minute 61 is outside 0-59; write a number from 0 to 59\n")
        .contains("  column 4: hour 25 is outside 0-23; write a number from 0 to 23\n");
  }

  @Test
  void nextOfWhatIsDueAtTheStartSaysSo() {
    run("next", "@reboot");

    assertThat(out()).isEqualTo("at each start of the daemon\n");
  }

  /// `>` stands for a tab.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 3 * * *>Europe/Berlin>2026-03-29T00:00:00Z>2"
            + "| 2026-03-29T01:00:00Z>2026-03-30T01:00:00Z",
        "0 3 * * *>UTC>2026-03-29>1         | 2026-03-29T03:00:00Z",
        "@every 90m>>2026-03-29T00:00:00Z>2 | 2026-03-29T01:30:00Z>2026-03-29T03:00:00Z",
        "@manual>UTC>2026-03-29>3           | ''",
        "0 0 1 1 * 2027>UTC>2026-03-29>3    | 2027-01-01T00:00:00Z",
        "0 25 * * *>UTC>2026-03-29>3        | error>hour 25 is outside 0-23; write a number from 0"
            + " to 23",
        "0 3 * * *>Europe/Berln>2026-01-01>1| error>there is no time zone \"Europe/Berln\"; write"
            + " Europe/Berlin",
        "0 3 * * *>UTC>today>1              | error>\"today\" is not a time; write 2027-01-31,"
            + " 2027-01-31T03:00 or 2027-01-31T02:00:00Z",
        "0 3 * * *>UTC>2026-01-01>0         | error>how many cannot be \"0\"; write a number from 1"
            + " to 1000000",
        "0 3 * * *>UTC                      | error>2 columns where 4 belong; write schedule, zone,"
            + " from and how many with tabs between",
        "''                                 | error>1 column where 4 belong; write schedule, zone,"
            + " from and how many with tabs between",
      })
  void manySchedulesAreAnsweredLineByLine(String question, String answer) throws IOException {
    batch(question.replace('>', '\t') + "\n");

    assertThat(out()).isEqualTo(answer.replace('>', '\t') + "\n");
  }

  @Test
  void aBatchAnswersEachLineAlsoTheLastWithoutAnEndAndOnesThatAreTooLong() throws IOException {
    batch("x".repeat(100_000) + "\n@daily\tUTC\t2026-01-01\t1\r\n@daily\tUTC\t2026-01-02\t1");

    assertThat(out().lines())
        .containsExactly(
            "error\tthe line has more than 16384 characters",
            "2026-01-02T00:00:00Z",
            "2026-01-03T00:00:00Z");
  }

  @Test
  void aBatchGivesAnAnswerBeforeItWaitsForTheNextQuestion() throws IOException {
    byte[] first = "@daily\tUTC\t2026-01-01\t1\n".getBytes(StandardCharsets.UTF_8);
    InputStream asking =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            if (at == first.length) {
              assertThat(out()).isEqualTo("2026-01-02T00:00:00Z\n");
              return -1;
            }
            return first[at++];
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            int c = read();
            bytes[offset] = (byte) c;
            return c < 0 ? -1 : 1;
          }
        };

    new NextBatch(ScheduleDefaults.of(ZoneOffset.UTC), console()).answer(asking);
  }

  @Test
  void thousandsOfLinesTakeLittleTime() throws IOException {
    batch("*/15 9-17 * * MON-FRI\tEurope/Berlin\t2026-01-01\t10\n".repeat(5_000));

    assertThat(out().lines()).hasSize(5_000).allMatch(line -> line.split("\t").length == 10);
  }

  @Test
  void explainSaysWhatAScheduleMeansAndWhatOneMayStumbleOver() {
    assertThat(run("explain", "* 9 */2 * MON", "--zone", "UTC", "--from", "2026-01-01", "-n", "1"))
        .isZero();

    assertThat(out().lines().toList())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo(
                        "Every minute from 09:00 to 09:59, on every 2nd day from the 1st to the"
                            + " 31st of the month, and every Monday, in UTC."),
            line -> assertThat(line).isEmpty(),
            line -> assertThat(line).isEqualTo("DUE (UTC)"),
            line -> assertThat(line).startsWith("Thu 2026-01-01 09:00:00 +00:00"),
            line -> assertThat(line).isEmpty(),
            line -> assertThat(line).isEqualTo("schedule: CRON_TZ=UTC * 9 */2 * MON"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "note: both day fields are restricted; with day-match = either, which"
                            + " holds, it is due next on Thu 2026-01-01 09:00, Thu 2026-01-01"
                            + " 09:01, Thu 2026-01-01 09:02; with day-match = and it is due next on"
                            + " Mon 2026-01-05 09:00, Mon 2026-01-05 09:01, Mon 2026-01-05 09:02"),
            line -> assertThat(line).startsWith("warning: this is due 60 times within an hour"),
            line -> assertThat(line).startsWith("warning: day of month \"*/2\" restricts"));
  }

  @Test
  void explainTellsTheDayRulesApartInTheZoneOfTheSchedule() {
    // In UTC both are the evening before, on days that the schedule does not name.
    run("explain", "CRON_TZ=Asia/Tokyo 0 3 13 * FRI", "--zone", "UTC", "--from", "2026-02-01");

    assertThat(out())
        .contains("either, which holds, it is due next on Fri 2026-02-06 03:00, Fri 2026-02-13")
        .contains("and it is due next on Fri 2026-02-13 03:00, Fri 2026-03-13 03:00");
  }

  @Test
  void explainAnswersProgramsInOneObject() {
    run("explain", "0 0 13 * 5", "--zone", "UTC", "--from", "2026-02-01", "-n", "1", "--json");

    assertThat(out())
        .isEqualTo(
            "{\"job\":null,\"schedule\":\"CRON_TZ=UTC 0 0 13 * 5\",\"sentence\":\"At 00:00 on the"
                + " 13th of the month, and every Friday, in UTC.\",\"zone\":\"UTC\",\"due\":[{\"due\":"
                + "\"2026-02-06T00:00:00Z\",\"local\":\"2026-02-06T00:00:00+00:00\","
                + "\"begins\":\"2026-02-06T00:00:00Z\",\"note\":null}],"
                + "\"warnings\":[],\"dayMatch\":{\"inForce\":\"either\",\"either\":["
                + dueLine("2026-02-06")
                + ","
                + dueLine("2026-02-13")
                + ","
                + dueLine("2026-02-20")
                + "],\"and\":["
                + dueLine("2026-02-13")
                + ","
                + dueLine("2026-03-13")
                + ","
                + dueLine("2026-11-13")
                + "]}}\n");
  }

  private static String dueLine(String date) {
    return "{\"due\":\""
        + date
        + "T00:00:00Z\",\"local\":\""
        + date
        + "T00:00:00+00:00\",\"note\":null}";
  }

  @Test
  void validateShowsTheDatesUnderBothRulesAndWhatIsOver() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("ofelia.ini"),
            """
            [job-noop "friday 13th"]
            schedule = 0 0 13 * FRI
            [job-noop "over"]
            schedule = 0 0 0 1 1 ? 2020
            [job-noop "plain"]
            schedule = 0 0 13 * *
            """);

    assertThat(run("validate", "--config", file.toString())).isZero();

    assertThat(err())
        .contains(
            "note: " + file + ":1:2: job \"friday 13th\" schedule: both day fields are restricted")
        .contains("with day-match = either, which holds, it is due next on ")
        .contains(
            "warning: "
                + file
                + ":3:2: job \"over\" schedule: is never due again: its last instant was"
                + " 2020-01-01T00:00:00Z; remove the job if it is not needed any more")
        .doesNotContain("plain")
        .contains("0 errors, 1 warning");
    out.reset();
    run("validate", "--json", "--config", file.toString());
    assertThat(out().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("{\"severity\":\"note\""),
            line -> assertThat(line).startsWith("{\"severity\":\"warning\""));
  }

  private void batch(String input) throws IOException {
    Console console = console();
    new NextBatch(ScheduleDefaults.of(ZoneId.of("UTC")), console)
        .answer(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    console.out().flush();
  }

  private int run(String... words) {
    err.reset();
    return new Main(console()).run(words);
  }

  private Console console() {
    return new Console(
        new PrintStream(out, false, StandardCharsets.UTF_8),
        new PrintStream(err, false, StandardCharsets.UTF_8),
        Map.of("HOME", folder.toString(), "OFELIA_STORE", folder.resolve("store").toString()),
        false,
        OptionalInt.empty(),
        new SystemTime(),
        ZoneOffset.UTC,
        _ -> {
          throw new AssertionError("it needs a store after all");
        });
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
