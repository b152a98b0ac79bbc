package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the daemon makes of files with mistakes in them, and of files that change under it.
@Timeout(180)
class ConfigurationIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String BEAT =
      """
      [job-local "beat"]
      schedule = * * * * * *
      command = echo %s
      """;

  @TempDir Path folder;
  private Installation ofelia;

  @BeforeEach
  void install() {
    ofelia = new Installation(folder);
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
  }

  @Test
  void aBrokenFileEndsTheStartWithAllProblemsAtOnce() throws Exception {
    ofelia.configure(
        """
        [job-local "first"
        schedule = @hourly
        [job-local "second"]
        nonsense
        """);

    DaemonProcess daemon = ofelia.launch();

    assertThat(daemon.exitCode()).isEqualTo(1);
    assertThat(daemon.log())
        .contains("ofelia.ini:1:1: ")
        .contains("ofelia.ini:4:1: ")
        .doesNotContain("now running");
    assertThat(ofelia.command("validate", "--config", ofelia.config().toString()).exit())
        .isEqualTo(1);
  }

  @Test
  void aFlagThatCannotBeReadEndsTheStart() throws Exception {
    ofelia.configure(BEAT.formatted("x"));

    DaemonProcess daemon = ofelia.launch("--shutdown-timeout", "soon");

    assertThat(daemon.exitCode()).isEqualTo(1);
    assertThat(daemon.log()).contains("shutdown-timeout").contains("soon");
  }

  @Test
  void aJobWithAMistakeIsHeldBackAndRefusedWhileTheOthersRun() throws Exception {
    ofelia.configure(
        BEAT.formatted("fine")
            + """
            [job-local "bad"]
            schedule = * * * * * *
            command = true
            max-runtime = soon
            """);

    DaemonProcess daemon = ofelia.start();
    daemon.awaitLog("ofelia\\.ini:7:15: .*max-runtime.*soon");
    daemon.awaitLog("Job ..beat.*Finished in");
    daemon.awaitLog(daemon.mark(), "Job ..beat.*Finished in", SOON);
    daemon.terminate();

    assertThat(daemon.exitCode()).isZero();
    assertThat(ofelia.history("beat")).allMatch(row -> row.outcome().equals("succeeded"));
    assertThat(ofelia.history("bad"))
        .isNotEmpty()
        .allSatisfy(row -> {
          assertThat(row.fate()).isEqualTo("refused");
          assertThat(row.reason()).contains("max-runtime").contains("soon");
        });
  }

  @Test
  void aMissingFileIsAWarningAndItsComingIsNoticed() throws Exception {
    DaemonProcess daemon = ofelia.start("--docker-config-poll-interval", "200ms");
    daemon.awaitLog("level=WARN.*ofelia\\.ini.*no such file");

    ofelia.configure(BEAT.formatted("came"));

    daemon.awaitLog("Job ..beat.*StdOut: came");
  }

  @Test
  void aFileIsReadAgainWhenItChangesByCommandAndBySignal() throws Exception {
    ofelia.configure(BEAT.formatted("one"));
    DaemonProcess daemon = ofelia.start("--docker-config-poll-interval", "200ms");
    daemon.awaitLog("StdOut: one");

    ofelia.configure(BEAT.formatted("two"));
    daemon.awaitLog("StdOut: two");
    daemon.terminate();
    assertThat(daemon.exitCode()).isZero();

    daemon = ofelia.start("--docker-config-poll-interval", "0");
    ofelia.configure(BEAT.formatted("three"));
    int mark = daemon.mark();
    assertThat(ofelia.command("reload").exit()).isZero();
    daemon.awaitLog(mark, "StdOut: three", SOON);

    ofelia.configure(BEAT.formatted("four"));
    mark = daemon.mark();
    daemon.hangUp();
    daemon.awaitLog(mark, "StdOut: four", SOON);
    assertThat(daemon.isAlive()).isTrue();
  }

  @Test
  void aBadReloadKeepsWhatWasInForce() throws Exception {
    ofelia.configure(BEAT.formatted("good"));
    DaemonProcess daemon = ofelia.start("--docker-config-poll-interval", "0");
    daemon.awaitLog("StdOut: good");

    ofelia.configure("[job-local \"beat\"\n" + BEAT.formatted("bad"));
    Installation.Answer answer = ofelia.command("reload");

    assertThat(answer.exit()).isEqualTo(1);
    assertThat(answer.errors() + answer.text()).contains("ofelia.ini:1:1");
    daemon.awaitLog(daemon.mark(), "StdOut: good", SOON);
    Files.delete(ofelia.config());
    daemon.hangUp();
    daemon.awaitLog("ofelia\\.ini.*no such file");
    assertThat(daemon.log()).doesNotContain("StdOut: bad");
  }

  @Test
  void aJobThatIsTakenOutOfTheFileKeepsItsHistory() throws Exception {
    ofelia.configure(
        BEAT.formatted("x") + "[job-local \"other\"]\nschedule = @daily\ncommand = :\n");
    DaemonProcess daemon = ofelia.start("--docker-config-poll-interval", "0");
    daemon.awaitLog("Job ..beat.*Finished");
    ofelia.configure("[job-local \"other\"]\nschedule = @daily\ncommand = true\n");
    assertThat(ofelia.command("reload").exit()).isZero();
    int runs = ofelia.history("beat").size();

    Thread.sleep(2_500);

    List<HistoryRow> rows = ofelia.history("beat");
    assertThat(rows).hasSize(runs).allMatch(HistoryRow::hasEnded);
    assertThat(ofelia.command("jobs", "--json").text())
        .contains("\"other\"")
        .doesNotContain("\"beat\"");
    assertThat(ofelia.command("jobs", "--all", "--json").text()).contains("\"beat\"");
  }
}
