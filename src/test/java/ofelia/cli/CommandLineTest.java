package ofelia.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.avaje.jsonb.Jsonb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import ofelia.app.Version;
import ofelia.cli.FakeHistory.Piece;
import ofelia.config.Calendars;
import ofelia.config.Configuration;
import ofelia.cron.Jitter;
import ofelia.cron.Never;
import ofelia.engine.RequestException;
import ofelia.engine.StopAnswer;
import ofelia.ledger.BookedJob;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.OutputChannel;
import ofelia.model.Problem;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.time.Signal;
import ofelia.time.Time;
import ofelia.web.ControlServer;
import ofelia.web.Controls;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  @TempDir Path folder;
  private final FakeHistory history = new FakeHistory();
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private OptionalInt width = OptionalInt.empty();
  private boolean colours;
  private Path store = Path.of("");

  @BeforeEach
  void fillTheStore() throws IOException {
    store = Files.createDirectory(folder.resolve("store"));
    Files.createFile(store.resolve("ofelia.db"));
    environment.put("OFELIA_STORE", store.toString());
    environment.put("HOME", folder.resolve("home").toString());
    history.jobs.add(job("backup", "CRON_TZ=Europe/Berlin 0 3 * * *", true));
    history.jobs.add(job("beat", "@every 10s", true));
    history.jobs.add(job("gone", "CRON_TZ=UTC 0 0 * * *", false));
    history.jobs.add(job("on demand", "@triggered", true));
    history.entries.add(entry("5e0700000014", "beat", NOW - 1_000, "running", ""));
    history.entries.add(entry("5e0700000013", "beat", NOW - 11_000, "ran", "exit code 3"));
    history.entries.add(entry("", "beat", NOW - 21_000, "missed", "the daemon was not running"));
    history.entries.add(entry("5e0700000012", "backup", NOW - 36_000_000, "ran", ""));
  }

  @Test
  void historyGivesOneObjectALineWithStableNames() {
    assertThat(run("history", "--all", "--json")).isZero();

    List<Map<String, Object>> lines = jsonLines();
    assertThat(lines).hasSize(4);
    assertThat(lines)
        .allSatisfy(line ->
            assertThat(line.keySet())
                .containsExactly(
                    "run",
                    "job",
                    "due",
                    "cause",
                    "fate",
                    "outcome",
                    "exit",
                    "reason",
                    "started",
                    "ended",
                    "attempts",
                    "outputBytes",
                    "droppedBytes",
                    "era",
                    "daemon"));
    assertThat(lines.get(1))
        .containsEntry("run", "5e0700000013")
        .containsEntry("job", "beat")
        .containsEntry("due", "2026-03-01T11:59:49Z")
        .containsEntry("cause", "schedule")
        .containsEntry("fate", "ran")
        .containsEntry("outcome", "failed")
        .containsEntry("started", "2026-03-01T11:59:49.005Z")
        .containsEntry("ended", "2026-03-01T11:59:50.250Z");
    assertThat(lines.get(0)).containsEntry("fate", "running").containsEntry("ended", null);
    assertThat(lines.get(2))
        .containsEntry("run", null)
        .containsEntry("exit", null)
        .containsEntry("reason", "the daemon was not running");
    assertThat(history.closed).isEqualTo(1);
  }

  @Test
  void historyOfAJobIsATableForPeople() throws IOException {
    try (ControlServer _ = ControlServer.start(store.resolve("control.sock"), new FakeControls())) {
      assertThat(run("history", "beat")).isZero();
    }

    assertThat(out())
        .isEqualTo(
            """
            DUE                           RUN           RESULT      TOOK   REASON
            2026-03-01 12:59:59  1s ago   5e0700000014  running     995ms
            2026-03-01 12:59:49  11s ago  5e0700000013  failed (3)  1.25s  exit code 3
            2026-03-01 12:59:39  21s ago  -             missed      -      the daemon was not running
            """);
    assertThat(err()).isEmpty();
  }

  @Test
  void whatTheStoreSaysWithoutADaemonIsToldToStandStill() throws IOException {
    assertThat(run("history", "beat")).isZero();
    assertThat(out())
        .containsPattern("5e0700000014 +running +-\\R")
        .containsPattern("failed.* 1.25s ");
    assertThat(run("jobs")).isZero();
    assertThat(err().lines())
        .hasSize(2)
        .allMatch(
            line -> line.startsWith("ofelia: no daemon holds the store in \"" + store + "\": "));

    for (String command : List.of("jobs", "history --all")) {
      out.reset();
      run((command + " --json").split(" "));
      assertThat(jsonLines())
          .isNotEmpty()
          .allMatch(line -> Boolean.FALSE.equals(line.get("daemon")));
      try (ControlServer _ =
          ControlServer.start(store.resolve("control.sock"), new FakeControls())) {
        out.reset();
        run((command + " --json").split(" "));
        assertThat(jsonLines())
            .isNotEmpty()
            .allMatch(line -> Boolean.TRUE.equals(line.get("daemon")));
      }
    }
  }

  @Test
  void aTableOfManyRowsIsPrintedInPartsUnderOneHeader() {
    for (int i = 0; i < 1_200; i++) {
      history.entries.add(entry("", "beat", NOW - 100_000_000 - i, "missed", "asleep"));
    }

    assertThat(run("history", "beat", "-n", "0")).isZero();

    assertThat(out().lines())
        .hasSize(1 + 3 + 1_200)
        .filteredOn(l -> l.startsWith("DUE"))
        .hasSize(1);
  }

  @Test
  void whoHasSeenEnoughIsSpokenToNoLonger() {
    for (int i = 0; i < 5_000; i++) {
      history.entries.add(entry("", "beat", NOW - 100_000_000 - i, "missed", "asleep"));
    }
    for (String line : List.of("history beat -n 0", "history beat --json")) {
      CountingReader reader = new CountingReader(10);
      assertThat(runInto(reader, line.split(" "))).as(line).isZero();
      assertThat(reader.refused).as(line).isBetween(1, 1_100);
    }
    assertThat(err()).doesNotContain("at ofelia");
  }

  /// Takes so many writes, then it is closed, like a pipe into `head`.
  private static final class CountingReader extends OutputStream {
    private int left;
    int refused;

    CountingReader(int left) {
      this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (left-- <= 0) {
        refused++;
        throw new IOException("Broken pipe");
      }
    }
  }

  @Test
  void tablesKeepToTheWidthAndAreColouredOnlyOnATerminal() {
    width = OptionalInt.of(80);
    colours = true;

    run("history", "beat");

    assertThat(out()).contains("\u001b[31mfailed (3)\u001b[0m").contains("the daemon was n…");
    assertThat(out().replaceAll("\u001b\\[\\d+m", "").lines())
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void jobsShowNextAndLast() {
    assertThat(run("jobs")).isZero();

    assertThat(out().lines().toList())
        .hasSize(4)
        .anyMatch(line ->
            line.matches(
                "backup +exec +ini +2026-03-02 03:00:00 +in 14h +succeeded +10h ago +CRON_TZ.*"))
        .anyMatch(line -> line.matches("beat .* in 9s +running +1s ago +@every 10s"))
        .anyMatch(line -> line.matches("on demand .* never +- +@triggered"));

    out.reset();
    run("jobs", "--json", "--all");
    assertThat(jsonLines())
        .hasSize(4)
        .anySatisfy(line ->
            assertThat(line)
                .containsEntry("job", "backup")
                .containsEntry("kind", "exec")
                .containsEntry("source", "ini")
                .containsEntry("schedule", "CRON_TZ=Europe/Berlin 0 3 * * *")
                .containsEntry("present", true)
                .containsEntry("next", "2026-03-02T02:00:00Z")
                .containsEntry("lastFate", "ran")
                .containsEntry("lastOutcome", "succeeded")
                .containsEntry("lastRun", "5e0700000012"))
        .anySatisfy(line ->
            assertThat(line)
                .containsEntry("job", "gone")
                .containsEntry("present", false)
                .containsEntry("next", null)
                .containsEntry("lastDue", null));
  }

  @Test
  void logsGoToTheirOwnStreamsByteForByte() {
    byte[] binary = {0, (byte) 0xff, 13, 10, 65};
    history.outputs.put(
        runId("5e0700000012"),
        List.of(
            List.of(
                Piece.of(Optional.of(OutputChannel.STDOUT), binary),
                Piece.err("warning\n"),
                Piece.mark("12 bytes were cut"))));

    assertThat(run("logs", "0012")).isZero();

    assertThat(out.toByteArray()).isEqualTo(binary);
    assertThat(err()).isEqualTo("warning\n[ofelia: 12 bytes were cut]\n");
  }

  @ParameterizedTest
  @CsvSource({
    "ran, exit code 3, failed: exit code 3",
    "skipped, no-overlap, skipped: no-overlap",
    "refused, held back, refused: held back",
    "missed, too late, missed: too late",
    "running, waits for a free place, running: waits for a free place",
  })
  void logsEndWithWhyARunDidNotSucceed(String fate, String reason, String said) {
    history.entries.add(entry("5e0700000099", "backup", NOW - 60_000, fate, reason));

    assertThat(run("logs", "99")).isZero();
    assertThat(out()).isEmpty();
    assertThat(err()).startsWith("[ofelia: " + said + "]\n");

    out.reset();
    run("logs", "99", "--json");
    assertThat(jsonLines())
        .singleElement()
        .satisfies(
            line -> assertThat(line).containsEntry("channel", "mark").containsEntry("text", said));
  }

  @Test
  void aRunThatNoDaemonSeesToIsNotFollowed() {
    history.outputs.put(runId("5e0700000014"), List.of(List.of(Piece.out("one\n")), List.of()));

    assertThat(run("logs", "-f", "5e0700000014")).isZero();

    assertThat(out()).isEqualTo("one\n");
    assertThat(err()).startsWith("ofelia: no daemon holds the store in ");
  }

  @Test
  void logsCanBeFollowedToTheEndAndTimed() throws IOException {
    history.outputs.put(
        runId("5e0700000014"),
        List.of(
            List.of(Piece.out("one\ntw")), List.of(), List.of(Piece.out("o\n"), Piece.err("e\n"))));

    assertThat(run("logs", "5e0700000014")).isZero();
    assertThat(out()).isEqualTo("one\ntw");

    out.reset();
    err.reset();
    try (ControlServer _ = ControlServer.start(store.resolve("control.sock"), new FakeControls())) {
      assertThat(run("logs", "-f", "-t", "5e0700000014")).isZero();
    }
    assertThat(out())
        .isEqualTo("2026-03-01T13:00:00.000+01:00 one\n2026-03-01T13:00:00.000+01:00 two\n");
    assertThat(err()).isEqualTo("2026-03-01T13:00:00.000+01:00 e\n");
  }

  @Test
  void logsAsJsonKeepCharactersWhole() {
    byte[] text = "größe".getBytes(StandardCharsets.UTF_8);
    history.outputs.put(
        runId("5e0700000012"),
        List.of(
            List.of(
                Piece.of(Optional.of(OutputChannel.STDOUT), Arrays.copyOf(text, 3)),
                Piece.of(Optional.of(OutputChannel.STDOUT), Arrays.copyOfRange(text, 3, 7)))));

    run("logs", "12", "--json");

    assertThat(jsonLines()).extracting(line -> line.get("text")).containsExactly("gr", "öße");
    assertThat(jsonLines().getFirst())
        .containsEntry("run", "5e0700000012")
        .containsEntry("time", "2026-03-01T12:00:00Z")
        .containsEntry("channel", "stdout");
  }

  @Test
  void nextOfAnExpressionNeedsNoStore() {
    environment.put("OFELIA_STORE", folder.resolve("nowhere").toString());

    assertThat(run("next", "*/15 9-17 * * mon-fri", "-n", "2", "--zone", "America/New_York"))
        .isZero();

    assertThat(out())
        .isEqualTo(
            """
            DUE (America/New_York)
            Mon 2026-03-02 09:00:00 -05:00  in 1d 2h
            Mon 2026-03-02 09:15:00 -05:00  in 1d 2h
            """);

    out.reset();
    run("next", "0 3 * * *", "--from", "2026-03-28T12:00", "-n", "2", "--json");
    assertThat(jsonLines())
        .extracting(line -> line.get("due"), line -> line.get("local"))
        .containsExactly(
            tuple("2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"),
            tuple("2026-03-30T01:00:00Z", "2026-03-30T03:00:00+02:00"));
  }

  @Test
  void nextOfAJobCountsFromItsAnchor() {
    assertThat(run("next", "beat", "-n", "1", "--json")).isZero();

    assertThat(jsonLines())
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .containsEntry("job", "beat")
                .containsEntry("due", "2026-03-01T12:00:09Z"));
  }

  @Test
  void whatCalendarsAndJitterDoIsShownWhereverAJobRunsNext() {
    history.calendars.put("night", "zone=UTC\nwhen=01:30-04:00");
    history.jobs.clear();
    history.jobs.add(job("left out", "CRON_TZ=UTC 0 2,5 * * *", "exclude-calendars=night"));
    history.jobs.add(
        job(
            "put off",
            "CRON_TZ=UTC 0 2,3,23 * * *",
            "exclude-calendars=night\ncalendar-action=defer"));
    history.jobs.add(job("spread", "CRON_TZ=UTC 0 13 * * *", "jitter=10m"));
    history.jobs.add(job("forbidden", "CRON_TZ=UTC 0 2 * * *", "exclude-calendars=night"));
    history.jobs.add(job("broken", "CRON_TZ=UTC 0 2 * * *", "!is broken"));
    long spread =
        Jitter.delayMillis("spread", NOW + 3_600_000, NOW + 25 * 3_600_000, Duration.ofMinutes(10));

    run("jobs", "--json");

    assertThat(jsonLines())
        .extracting(
            line -> line.get("job"),
            line -> line.get("next"),
            line -> line.get("nextDue"),
            line -> line.get("nextNote"))
        .containsExactly(
            tuple("left out", "2026-03-02T05:00:00Z", "2026-03-02T05:00:00Z", null),
            tuple("put off", "2026-03-01T23:00:00Z", "2026-03-01T23:00:00Z", null),
            tuple(
                "spread",
                Instant.ofEpochMilli(NOW + 3_600_000 + spread).toString(),
                "2026-03-01T13:00:00Z",
                "jitter"),
            tuple("forbidden", null, null, "not allowed by calendars"),
            tuple("broken", null, null, "held back"));

    out.reset();
    run("jobs");
    assertThat(out())
        .containsPattern("left out +exec +ini +2026-03-02 06:00:00 +in 17h ")
        .containsPattern("forbidden +exec +ini +not allowed by calendars +-")
        .containsPattern("broken +exec +ini +held back +-");

    out.reset();
    run("next", "put off", "-n", "3");
    assertThat(out().lines().map(String::strip))
        .containsExactly(
            "DUE (UTC)",
            "Sun 2026-03-01 23:00:00 +00:00  in 11h",
            "Mon 2026-03-02 02:00:00 +00:00  in 14h  begins at 2026-03-02 04:00:00 (the calendar"
                + " \"night\" excludes it)",
            "Mon 2026-03-02 03:00:00 +00:00  in 15h  left out: the calendar \"night\" excludes it;"
                + " an earlier run waits for that already");

    out.reset();
    run("next", "left out", "-n", "1", "--json");
    assertThat(jsonLines())
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .containsEntry("due", "2026-03-02T02:00:00Z")
                .containsEntry("zone", "UTC")
                .containsEntry("begins", null)
                .containsEntry("note", "left out: the calendar \"night\" excludes it"));

    out.reset();
    run("next", "left out", "-n", "1");
    assertThat(out()).endsWith("the first run begins Mon 2026-03-02 05:00:00 +00:00\n");

    out.reset();
    run("next", "forbidden", "-n", "1");
    assertThat(out()).endsWith("no run begins: not allowed by calendars\n");
  }

  @Test
  void aRunThatWaitsForItsTimeIsTheNextOfItsJob() {
    history.calendars.put("noon", "zone=UTC\nwhen=11:00-12:30");
    history.jobs.clear();
    history.jobs.add(
        job("a", "CRON_TZ=UTC 15 11 * * *", "exclude-calendars=noon\ncalendar-action=defer"));
    HistoryEntry held = entry("5e0700000015", "a", NOW - 45 * 60_000, "running", "");
    history.entries.add(
        new HistoryEntry(
            held.run(),
            held.job(),
            held.dueMillis(),
            held.cause(),
            "running",
            Optional.empty(),
            Optional.empty(),
            "the calendar \"noon\" excludes it",
            0,
            0,
            0,
            0,
            0,
            0));

    run("jobs", "--json");

    assertThat(jsonLines())
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .containsEntry("next", "2026-03-01T12:30:00Z")
                .containsEntry("nextDue", "2026-03-01T11:15:00Z")
                .containsEntry("nextNote", "the calendar \"noon\" excludes it"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "next bakup                    | there is no job \"bakup\" on record; did you mean \"backup\"?",
        "history bakup                 | there is no job \"bakup\" on record; did you mean \"backup\"?",
        "logs ffff                     | there is no run \"ffff\" on record",
      })
  void whatCannotBeDoneIsToldOnStandardErrorWithExitCode1(String line, String message) {
    assertThat(run(line.strip().split(" +"))).isEqualTo(1);

    assertThat(err()).startsWith("ofelia: ").contains(message.strip());
    assertThat(out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "history                       | history | name one job, or write --all",
        "history backup --all          | history | name one job, or write --all",
        "history backup -n=x           | history | --limit \"x\" is not a number from 0 on",
        "history --limit               | history | --limit needs a value: --limit COUNT",
        "next @hourly -n 0             | next    | --limit \"0\" is not a number from 1 on",
        "next @hourly --zone Mars/Base | next    | --zone \"Mars/Base\" is not a time zone; write a name of the time zone database, such as Europe/Berlin or UTC",
        "logs 5e07000000 --nonsense    | logs    | unknown option \"--nonsense\"",
        "jobs --jsn                    | jobs    | unknown option \"--jsn\"; did you mean \"--json\"?",
        "jobs backup                   | jobs    | unexpected \"backup\"",
        "jobs --json=perhaps           | jobs    | --json \"perhaps\" is neither true nor false",
        "logs                          | logs    | RUN is missing",
        "--confg x.ini                 |         | unknown option \"--confg\"; did you mean \"--config\"?",
        "histroy backup                |         | unknown command \"histroy\"; did you mean \"history\"?",
        "help histroy                  | help    | unknown command \"histroy\"; did you mean \"history\"?",
      })
  void whatCannotBeUnderstoodIsToldInTwoLinesWithExitCode2(
      String line, @Nullable String command, String message) {
    assertThat(run(line.strip().split(" +"))).isEqualTo(2);

    String seen = command == null ? "ofelia --help" : "ofelia " + command.strip() + " --help";
    assertThat(err()).isEqualTo("ofelia: " + message.strip() + "\nsee " + seen + "\n");
    assertThat(out()).isEmpty();
  }

  @Test
  void aRunThatIsNotUniqueIsListed() {
    history.entries.add(entry("5e0800000012", "beat", NOW - 50_000_000, "ran", ""));

    assertThat(run("logs", "12")).isEqualTo(1);

    assertThat(err()).contains("5e0700000012  backup").contains("5e0800000012  beat");
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    assertThat(run()).isEqualTo(2);
    assertThat(err())
        .startsWith("ofelia: a command is missing\n\n")
        .contains("Usage: ofelia")
        .contains("jobs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "version",
        "history --version",
        "--nonsense --version",
        "help-me --version"
      })
  void versionIsShownWhereverItIsAskedFor(String line) {
    assertThat(run(line.split(" "))).isZero();
    assertThat(out()).matches("ofelia \\S+\\R");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "history --help", "next -h", "--config x.ini jobs -h"})
  void helpGoesToStandardOutput(String line) {
    assertThat(run(line.split(" "))).isZero();
    assertThat(out()).contains("Usage: ofelia").contains("Examples:");
    assertThat(err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "validate", "jobs", "history", "logs", "next"})
  void helpShowsFlagsWithoutAValue(String command) {
    run((command + " --help").strip().split(" "));
    assertThat(out()).contains("[-h] [-").doesNotContain("PARAM");
  }

  @Test
  void helpIsACommandAsWell() {
    for (String command : List.of("", "daemon", "history", "help")) {
      out.reset();
      run((command + " --help").strip().split(" "));
      String asked = out();
      out.reset();
      assertThat(run(("help " + command).strip().split(" "))).isZero();
      assertThat(out()).isEqualTo(asked);
    }
  }

  @Test
  void helpKeepsToTheWidth() {
    width = OptionalInt.of(60);
    for (String command : List.of("", "daemon", "history", "next")) {
      run(("help " + command).strip().split(" "));
    }
    assertThat(out().lines())
        .filteredOn(line -> !line.startsWith("  ofelia "))
        .allMatch(line -> line.length() <= 60);
  }

  @Test
  void helpShowsWhatMayBeLeftOut() {
    run("help", "history");
    assertThat(out()).contains("[JOB]");
    out.reset();
    run("help", "daemon");
    assertThat(out()).containsPattern("90d").doesNotContainPattern("\\dm0s");
  }

  @Test
  void helpSaysTheExitCodes() {
    run("--help");
    assertThat(out())
        .contains("Exit codes:")
        .containsSubsequence(
            "  0   done",
            "  1   failed",
            "  2   the command line",
            "  3   the daemon ended and had to stop runs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--config FILE history --all --json",
        "history --all --json --config FILE",
        "history --config=FILE --all=true --json=true",
      })
  void theStoreCanBeNamedInTheConfigurationGivenBeforeOrAfterTheCommand(String line)
      throws IOException {
    environment.remove("OFELIA_STORE");
    environment.put("PLACE", store.toString());
    Path file = folder.resolve("config.ini");
    Files.writeString(file, "[global]\nstore = ${PLACE}\n[job-exec \"broken\n");

    assertThat(run(line.replace("FILE", file.toString()).split(" "))).isZero();

    assertThat(out().lines()).hasSize(4);
  }

  @Test
  void aFlagCanBeSwitchedOffInWords() {
    assertThat(run("history", "backup", "--all=false", "--json=false")).isZero();
    assertThat(out()).startsWith("DUE");
  }

  @Test
  void validateListsProblemsAndWhatIsUnderstood() throws IOException {
    Path file = folder.resolve("config.ini");
    Files.writeString(
        file,
        """
        [job-local "good"]
        schedule = 0 3 * * *
        command = true
        nonsense = 1
        [job-local "bad"]
        schedule = 61 * * * *
        command = true
        """);

    assertThat(run("validate", "--config", file.toString())).isEqualTo(1);
    assertThat(out())
        .containsPattern("good +local +2026-03-02 03:00:00 +in 14h +CRON_TZ=Europe/Berlin 0 3")
        .containsPattern("bad +local +held back +" + file + ":5:");
    assertThat(err())
        .contains("error: " + file + ":6:12: [job-local \"bad\"] schedule: ")
        .contains("warning: " + file + ":4:1: ")
        .endsWith("not valid: 2 jobs, 1 held back, 1 error, 1 warning\n");

    out.reset();
    assertThat(run("validate", "--json", "--config", file.toString())).isEqualTo(1);
    assertThat(jsonLines())
        .hasSize(2)
        .last()
        .satisfies(line ->
            assertThat(line)
                .containsEntry("severity", "error")
                .containsEntry("place", file.toString())
                .containsEntry("subject", "[job-local \"bad\"] schedule")
                .containsKeys("line", "column", "found", "advice"));
  }

  @Test
  void whyAnswersFromTheRecordAndFromTheSchedule() {
    assertThat(run("why", "beat")).isZero();
    assertThat(run("why", "beat", "at", "2026-03-01T12:59")).isZero();
    assertThat(run("why", "backup", "2026-03-01", "12:00")).isZero();
    assertThat(run("why", "on demand")).isZero();
    assertThat(run("why", "gone", "2026-02-01")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            beat was due on Sun 2026-03-01 12:59:59 and has been running since 12:59:59. No daemon \
            holds the store, so this is how it stood when the last ended.
            beat was due on Sun 2026-03-01 12:59:39 and was missed: the daemon was not running.
            beat was due on Sun 2026-03-01 12:59:49 and ran on time; it failed after 1.25s: exit \
            code 3.
            beat was due on Sun 2026-03-01 12:59:59 and has been running since 12:59:59. No daemon \
            holds the store, so this is how it stood when the last ended.
            backup was not due then: its schedule is "CRON_TZ=Europe/Berlin 0 3 * * *". The instant \
            before: Sun 2026-03-01 03:00:00, the one after: Mon 2026-03-02 03:00:00 (to come).
            on demand has not been due yet, nor asked for.
            gone was not due then: nothing is on record, and the job was removed from its source.
            """);

    out.reset();
    assertThat(run("why", "beat", "2026-03-01T12:59:39", "--json")).isZero();
    assertThat(jsonLines())
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .containsEntry("job", "beat")
                .containsEntry("due", "2026-03-01T11:59:39Z")
                .containsEntry("fate", "missed")
                .containsEntry("run", null)
                .containsKey("answer"));

    assertThat(run("why", "beat", "2026-03-02")).isEqualTo(1);
    assertThat(run("why", "bat")).isEqualTo(1);
    assertThat(err())
        .contains("that is yet to come; \"ofelia next beat\" shows when it will be due")
        .contains("did you mean \"beat\"?");
  }

  @Test
  void backfillAsksForEachInstantThatHasNotSucceededAndWaitsForTheEnds() throws IOException {
    FakeControls daemon = new FakeControls();
    try (ControlServer _ = ControlServer.start(store.resolve("control.sock"), daemon)) {
      String[] range = {"backfill", "backup", "--from", "2026-02-26", "--until", "2026-03-02"};
      assertThat(run(with(range, "--dry-run"))).isZero();
      assertThat(out())
          .isEqualTo("2026-02-26 03:00:00\n2026-02-27 03:00:00\n2026-02-28 03:00:00\n");
      assertThat(err()).isEqualTo("3 instants to run, 1 left out: they succeeded before\n");
      assertThat(daemon.filled).isEmpty();

      out.reset();
      err.reset();
      assertThat(run(range)).isEqualTo(1);
      assertThat(daemon.filled)
          .containsExactly(
              Instant.parse("2026-02-26T02:00:00Z"),
              Instant.parse("2026-02-27T02:00:00Z"),
              Instant.parse("2026-02-28T02:00:00Z"));
      assertThat(out())
          .isEqualTo(
              """
              2026-02-26 03:00:00  5e0700000101  succeeded  (1 of 3)
              2026-02-27 03:00:00  5e0700000102  failed  exit code 3  (2 of 3)
              2026-02-28 03:00:00  5e0700000103  succeeded  (3 of 3)
              """);
      assertThat(err())
          .isEqualTo("3 instants: 2 succeeded, 1 did not, 1 left out: they succeeded before\n");
    }
  }

  private static String[] with(String[] words, String more) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = more;
    return all;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          backfill backup                                        | --from is missing
          backfill backup --from 2026-03-02                      | the range is empty
          backfill backup --from 2026-02-01 -n 5                 | more than 5 instants in that range
          backfill backup --from yesterday                       | "yesterday" is not a time
          backfill backup --from 2026-02-01 --parallel 0         | --parallel "0" is not a number from 1 on
          backfill backup --from 2026-02-01 --parallel 101       | --parallel is 100 at most
          backfill gone --from 2026-02-01                        | was removed from its source
          backfill demand --from 2026-02-01                      | has no schedule
          """)
  void backfillRefusesWhatItCannotDoBeforeAnythingRuns(String line, String error) {
    history.jobs.add(job("demand", "@triggered", true));
    assertThat(run(line.split(" ", -1))).isPositive();
    assertThat(err()).contains(error);
  }

  @Test
  void validateSaysThatWhatThisVersionCannotRunIsHeldBack() {
    JobSpec heldBack =
        new JobSpec(
            new JobName("later"),
            new JobKind("other"),
            "ini",
            Never.NONE,
            Settings.EMPTY,
            Origin.of("x"),
            List.of(Problem.warning(Origin.of("x"), "", "no such kind yet", "")));
    Configuration configuration =
        new Configuration(
            Settings.EMPTY, Settings.EMPTY, Calendars.NONE, List.of(heldBack), List.of(), true);
    assertThat(ValidateCommand.summary(configuration, configuration.allProblems()))
        .isEqualTo("valid, but not all will run: 1 job, 1 held back, 0 errors, 1 warning");
  }

  @Test
  void validateOfASoundFileSaysSoAndExitsWith0() throws IOException {
    Path file = folder.resolve("config.ini");
    Files.writeString(file, "[job-local \"good\"]\nschedule = @hourly\ncommand = true\n");
    environment.put("OFELIA_CONFIG", file.toString());

    assertThat(run("validate")).isZero();
    assertThat(err()).isEqualTo("valid: 1 job, 0 errors, 0 warnings\n");

    out.reset();
    assertThat(run("validate", "--json")).isZero();
    assertThat(out()).isEmpty();

    assertThat(run("validate", "--config", folder.resolve("none.ini").toString())).isEqualTo(1);
    assertThat(err()).contains("there is no file");
  }

  @Test
  void actingCommandsReachTheDaemon() throws IOException {
    try (ControlServer _ = ControlServer.start(store.resolve("control.sock"), new FakeControls())) {
      assertThat(run("run", "backup")).isZero();
      assertThat(run("stop", "14")).isZero();
      assertThat(run("reload")).isZero();
      assertThat(out())
          .isEqualTo("5e0700000015\nrun 5e0700000014 is being stopped\n3 jobs in force\n");

      assertThat(run("run", "nobody")).isEqualTo(1);
      assertThat(run("stop", "5e0700000099")).isEqualTo(1);
    }
    assertThat(err())
        .isEqualTo(
            """
            warning: a.ini:3:7: [global] x: unknown; write y
            ofelia: there is no job "nobody"
            ofelia: run 5e0700000099 neither goes on nor waits
            """);
  }

  @Test
  void withoutADaemonActingCommandsSayWhereTheyLookedAndWhatToDo() {
    assertThat(run("run", "backup")).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "ofelia: no daemon listens at \""
                + store.resolve("control.sock")
                + "\"; start it with \"ofelia daemon\", or name its store with --store\n");
  }

  @Test
  void actingCommandsAnswerInJsonToo() throws IOException {
    try (ControlServer _ = ControlServer.start(store.resolve("control.sock"), new FakeControls())) {
      run("run", "backup", "--json");
      run("stop", "14", "--json");
      run("reload", "--json");
      run("version", "--json");
    }
    assertThat(out().lines())
        .containsExactly(
            "{\"run\":\"5e0700000015\"}",
            "{\"run\":\"5e0700000014\"}",
            "{\"severity\":\"warning\",\"place\":\"a.ini\",\"line\":3,\"column\":7,"
                + "\"subject\":\"[global] x\",\"found\":\"unknown\",\"advice\":\"write y\"}",
            "{\"version\":\"" + Version.TEXT + "\"}");
    assertThat(err()).isEmpty();
  }

  /// A daemon with three jobs, whose run 5e0700000014 goes on.
  private final class FakeControls implements Controls {
    private final List<Instant> filled = new ArrayList<>();

    @Override
    public RunId runNow(JobName job) throws RequestException {
      if (job.value().equals("nobody")) {
        throw new RequestException(RequestException.Kind.UNKNOWN, "there is no job \"nobody\"");
      }
      return runId("5e0700000015");
    }

    @Override
    public RunId backfill(JobName job, Instant due) {
      filled.add(due);
      String run = "5e070000010" + filled.size();
      String reason = filled.size() == 2 ? "exit code 3" : "";
      history.entries.add(entry(run, job.value(), due.toEpochMilli(), "ran", reason));
      return runId(run);
    }

    @Override
    public StopAnswer stop(RunId run) {
      return run.equals(runId("5e0700000014"))
          ? new StopAnswer.Stopping()
          : new StopAnswer.NotRunning();
    }

    @Override
    public Reloaded reload() {
      return new Reloaded(
          true,
          3,
          List.of(Problem.warning(new Origin("a.ini", 3, 7), "[global] x", "unknown", "write y")));
    }

    @Override
    public Map<String, Integer> counts() {
      return Map.of();
    }
  }

  @Test
  void aMissingStoreIsToldWithThePlacesLookedAt() {
    environment.remove("OFELIA_STORE");
    environment.put("XDG_STATE_HOME", folder.resolve("state").toString());

    assertThat(run("jobs", "--config", folder.resolve("none.ini").toString())).isEqualTo(1);

    assertThat(err())
        .contains("there is no store yet: looked in \"" + folder.resolve("state/ofelia") + "\"")
        .contains(folder.resolve("home/.local/state/ofelia").toString())
        .contains("--store");
  }

  @Test
  void completionKnowsCommandsAndOptions() {
    assertThat(run("completion")).isZero();
    assertThat(out())
        .contains("complete -F")
        .contains("history")
        .contains("--timestamps")
        .as("values")
        .contains("--config", "compgen -f", "\"debug\" \"info\"", "\"container-service\"");
  }

  private int run(String... args) {
    return runInto(out, args);
  }

  private int runInto(OutputStream reader, String... args) {
    Console console =
        new Console(
            new PrintStream(reader, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            environment,
            colours,
            width,
            new StandingTime(),
            ZoneId.of("Europe/Berlin"),
            _ -> history);
    return new Main(console).run(args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> jsonLines() {
    Jsonb jsonb = Jsonb.builder().build();
    return out()
        .lines()
        .map(line -> (Map<String, Object>) jsonb.type(Map.class).fromJson(line))
        .toList();
  }

  private static BookedJob job(String name, String schedule, String spec) {
    return new BookedJob(
        new JobName(name), JobKind.EXEC, "ini", schedule, spec, true, NOW, NOW - 1_000);
  }

  private static BookedJob job(String name, String schedule, boolean present) {
    return new BookedJob(
        new JobName(name), JobKind.EXEC, "ini", schedule, "", present, NOW, NOW - 1_000);
  }

  private static HistoryEntry entry(String run, String job, long due, String fate, String reason) {
    boolean begun = fate.equals("ran") || fate.equals("running");
    boolean failed = fate.equals("ran") && !reason.isEmpty();
    return new HistoryEntry(
        RunId.parse(run),
        new JobName(job),
        due,
        Cause.SCHEDULE,
        fate,
        fate.equals("ran") ? Optional.of(failed ? "failed" : "succeeded") : Optional.empty(),
        fate.equals("ran") ? Optional.of(failed ? 3 : 0) : Optional.empty(),
        reason,
        begun ? due + 5 : 0,
        fate.equals("ran") ? due + 1_250 : 0,
        begun ? 1 : 0,
        0,
        0,
        0);
  }

  private static RunId runId(String text) {
    return RunId.parse(text).orElseThrow();
  }

  /// A clock that stands at [#NOW]; waiting takes no time.
  private static final class StandingTime implements Time {
    @Override
    public long millis() {
      return NOW;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public Signal newSignal() {
      return new Signal() {
        @Override
        public void raise() {}

        @Override
        public boolean await(Duration atMost) {
          return false;
        }
      };
    }
  }
}
