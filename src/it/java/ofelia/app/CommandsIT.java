package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The commands, beside a living daemon and after its end.
@Timeout(180)
class CommandsIT {

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

  private static final String JOBS =
      """
      [job-local "talk"]
      schedule = @triggered
      command = sh -c 'echo first; until [ -e %1$s ]; do sleep 0.05; done; echo second; exit 4'
      [job-local "sleep"]
      schedule = 0 0 1 1 *
      command = sleep 600
      """;

  @Test
  void actAndReadWhileTheDaemonLivesAndReadAfterItsDeath() throws Exception {
    Path go = ofelia.file("go");
    ofelia.configure(JOBS.formatted(go));
    DaemonProcess daemon = ofelia.start();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ofelia.socket())))
        .isEqualTo("rw-------");

    String talking = word(ofelia.command("run", "talk"));
    Path followed = ofelia.file("followed");
    Process follower =
        ofelia.background(followed, ofelia.file("follower.err"), "logs", "-f", talking);
    awaitText(followed, "first\n");
    assertThat(ofelia.row(talking).fate()).isEqualTo("running");
    Files.createFile(go);
    assertThat(follower.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(follower.exitValue()).isZero();
    assertThat(followed).hasContent("first\nsecond\n");

    String sleeping = word(ofelia.command("run", "sleep"));
    daemon.awaitLog(sleeping + "\\)\\] Started");
    assertThat(ofelia.command("stop", sleeping).exit()).isZero();
    daemon.awaitEndOf(sleeping);

    assertThat(ofelia.command("run", "talc").errors()).contains("talc");
    assertThat(ofelia.command("run", "talc").exit()).isEqualTo(1);
    assertThat(ofelia.command("stop", sleeping).exit()).isEqualTo(1);

    String alive = facts(talking, sleeping);
    daemon.kill();
    assertThat(facts(talking, sleeping)).isEqualTo(alive);
    assertThat(ofelia.command("jobs").errors()).contains("no daemon holds the store");
    Installation.Answer run = ofelia.command("run", "talk");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.errors()).contains("no daemon listens").contains("control.sock");
  }

  /// What the reading commands say that does not depend on the time of day, checked.
  private String facts(String talking, String sleeping) throws Exception {
    List<HistoryRow> history = ofelia.history();
    assertThat(history)
        .extracting(HistoryRow::run, HistoryRow::cause, HistoryRow::fate, HistoryRow::outcome)
        .containsExactlyInAnyOrder(
            tuple(talking, "manual", "ran", "failed"),
            tuple(sleeping, "manual", "ran", "cancelled"));
    assertThat(ofelia.row(talking).exit()).hasValue(4);
    assertThat(ofelia.output(talking)).isEqualTo("first\nsecond\n");
    List<Map<String, Object>> jobs = ofelia.command("jobs", "--json").objects();
    jobs.forEach(job -> job.remove("daemon"));
    assertThat(jobs).extracting(job -> job.get("job")).containsExactly("sleep", "talk");
    List<Map<String, Object>> next = ofelia.command("next", "sleep", "-n", "2", "--json").objects();
    assertThat(next)
        .extracting(line -> Instant.parse(String.valueOf(line.get("due"))))
        .hasSize(2)
        .isSorted();
    Installation.Answer table = ofelia.command("history", "talk");
    assertThat(table.text()).contains(talking).contains("failed (4)");
    return history + "\n" + jobs + "\n" + next;
  }

  private static String word(Installation.Answer answer) {
    assertThat(answer.exit()).as(answer.errors()).isZero();
    return answer.text().strip();
  }

  private static void awaitText(Path file, String text) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.readString(file).equals(text)) {
      assertThat(System.nanoTime()).as(Files.readString(file)).isLessThan(end);
      Thread.sleep(20);
    }
  }

  @Test
  void aSecondDaemonOnTheSameStoreIsRefusedAndToldOfTheFirst() throws Exception {
    ofelia.configure(JOBS.formatted("x"));
    DaemonProcess first = ofelia.start();

    DaemonProcess second = ofelia.launch();

    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.log())
        .contains(ofelia.store().toString())
        .contains(Long.toString(first.pid()));
    assertThat(ofelia.command("run", "talk").exit()).isZero();
  }

  @Test
  void aStoreInMemoryRunsJobsAndLeavesNoRecord() throws Exception {
    ofelia.with("XDG_STATE_HOME", folder.resolve("state").toString()).with("OFELIA_STORE", "");
    ofelia.configure(
        """
        [job-local "beat"]
        schedule = * * * * * *
        command = true
        """);

    DaemonProcess daemon = ofelia.start("--store", ":memory:");
    daemon.awaitLog("Job ..beat.*Finished.*failed: false");
    assertThat(ofelia.command("run", "beat", "--store", ":memory:").exit()).isZero();
    daemon.terminate();

    assertThat(daemon.exitCode()).isZero();
    assertThat(ofelia.command("history", "--all").exit()).isEqualTo(1);
  }

  @Test
  void runsAboveTheCapWaitVisiblyAndAllRun() throws Exception {
    Path go = ofelia.file("go");
    StringBuilder ini = new StringBuilder("[global]\nmax-concurrent-runs = 3\n");
    Instant due = Instant.now().plusSeconds(8).truncatedTo(ChronoUnit.SECONDS);
    ZonedDateTime at = due.atZone(ZoneOffset.UTC);
    for (int i = 0; i < 10; i++) {
      ini.append("[job-local \"job-%d\"]\n".formatted(i))
          .append(
              "schedule = CRON_TZ=UTC %d %d %d * * *\n"
                  .formatted(at.getSecond(), at.getMinute(), at.getHour()))
          .append("command = sh -c 'until [ -e %s ]; do sleep 0.05; done'\n".formatted(go));
    }
    ofelia.configure(ini.toString());
    DaemonProcess daemon = ofelia.start();
    assertThat(Instant.now()).as("the machine was too slow to start in time").isBefore(due);

    awaitOpen(10);
    List<HistoryRow> open = ofelia.history();
    assertThat(open).hasSize(10).noneMatch(HistoryRow::hasEnded);
    assertThat(open).filteredOn(row -> row.reason().contains("3")).hasSize(7);
    assertThat(daemon.log().lines().filter(line -> line.contains("] Started"))).hasSize(3);
    Files.createFile(go);
    for (HistoryRow row : open) {
      daemon.awaitEndOf(row.run());
    }

    assertThat(ofelia.history())
        .hasSize(10)
        .allMatch(row -> row.due().equals(due) && row.outcome().equals("succeeded"));
  }

  private void awaitOpen(int runs) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (ofelia.history().size() < runs
        || ofelia.history().stream().filter(row -> row.reason().isEmpty()).count() > 3) {
      assertThat(System.nanoTime()).as(ofelia.history().toString()).isLessThan(end);
    }
  }
}
