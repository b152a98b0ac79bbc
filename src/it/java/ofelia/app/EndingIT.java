package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of runs that go on when the daemon ends, in order or by a crash.
@Timeout(180)
class EndingIT {

  private static final String HOME = "ofelia-test-ending";

  private static final String TOLD = RunProcesses.ownName("told");
  private static final String LOCAL = RunProcesses.ownName("local");

  @TempDir Path folder;
  private TestEngine engine;
  private Installation ofelia;

  @BeforeEach
  void install() {
    engine = TestEngine.open();
    engine.start(HOME, TestEngine.Options.NONE);
    ofelia = new Installation(folder).with("DOCKER_HOST", engine.address);
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    engine.removeAll();
  }

  private static String exec(String name, String command) {
    return job("exec", name, "container = " + HOME, command);
  }

  private static String container(String name, String image, String command) {
    String keys = "image = " + image + "\npull = false\nnetwork = none\ncontainer-name =";
    return job("run", name, keys, command);
  }

  private static String local(String name, String command) {
    return job("local", name, "", command);
  }

  private static String job(String kind, String name, String keys, String command) {
    return "[job-%s \"%s\"]\nschedule = @triggered\n%s\ncommand = %s\n%s"
        .formatted(kind, name, keys, command, kind.equals("local") ? "" : "user = default\n");
  }

  /// Runs jobs now, and waits until each has printed that it is on.
  private Map<String, String> begin(String... jobs) throws Exception {
    Map<String, String> runs = new HashMap<>();
    for (String job : jobs) {
      runs.put(job, ofelia.run(job));
    }
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    for (String run : runs.values()) {
      while (!ofelia.output(run).contains("on\n")) {
        assertThat(System.nanoTime()).as("run %s does not begin", run).isLessThan(end);
      }
    }
    return runs;
  }

  @Test
  void runsThatEndInTimeEndByThemselves() throws Exception {
    String command = "sh -c 'echo on; sleep 3; echo off'";
    ofelia.configure(
        exec("in-exec", command)
            + container("in-run", TestEngine.IMAGE, command)
            + local("in-local", command));
    DaemonProcess daemon = ofelia.start();
    Map<String, String> runs = new HashMap<>();
    for (String job : List.of("in-exec", "in-run", "in-local")) {
      runs.put(job, ofelia.run(job));
      daemon.awaitLog(job + ".*Started");
    }

    daemon.terminate();

    assertThat(daemon.exitCode()).as(daemon.log()).isZero();
    for (String run : runs.values()) {
      assertThat(ofelia.row(run).outcome()).isEqualTo("succeeded");
      assertThat(ofelia.output(run)).isEqualTo("on\noff\n");
    }
    assertThat(engine.containersOfRuns()).isEmpty();
    assertThat(ofelia.socket()).doesNotExist();
  }

  private static final String UNTIL_TOLD =
      "sh -c \"trap 'echo told; exit 5' %s; echo on; sleep 600 & wait\"";

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsThatTakeLongerAreStoppedByTheirOwnSignal(boolean hurried) throws Exception {
    ofelia.configure(
        // The image's own stop signal.
        container("in-run", "ofelia-test/entry:1", UNTIL_TOLD.formatted("USR1"))
            + local(TOLD, UNTIL_TOLD.formatted("TERM")));
    DaemonProcess daemon = ofelia.start("--shutdown-timeout", hurried ? "1h" : "500ms");
    Map<String, String> runs = begin("in-run", TOLD);

    daemon.terminate();
    if (hurried) {
      daemon.awaitLog("graceful shutdown");
      daemon.terminate();
    }

    assertThat(daemon.exitCode()).as(daemon.log()).isEqualTo(3);
    for (String run : runs.values()) {
      assertThat(ofelia.row(run).outcome()).isEqualTo("cancelled");
      assertThat(ofelia.row(run).reason()).contains("shutdown");
      assertThat(ofelia.output(run)).endsWith("on\ntold\n");
    }
    assertThat(engine.containersOfRuns()).isEmpty();
    assertThat(RunProcesses.of(TOLD)).isEmpty();
  }

  /// Deaf to its signal, so that it has most of its ten seconds left when the daemon ends.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatWasToldToStopEndsWhateverBecomesOfTheDaemon(boolean crashed) throws Exception {
    ofelia.configure(
        container(
            "in-run", TestEngine.IMAGE, "sh -c \"trap '' TERM; echo on; sleep 600 & wait; wait\""));
    DaemonProcess daemon = ofelia.start("--shutdown-timeout", "500ms");
    String run = String.valueOf(begin("in-run").get("in-run"));
    assertThat(ofelia.command("stop", run).exit()).isZero();
    Thread.sleep(300);
    assertThat(engine.containersOfRuns()).hasSize(1);

    if (crashed) {
      daemon.kill();
    } else {
      daemon.terminate();
      assertThat(daemon.exitCode()).as(daemon.log()).isEqualTo(3);
    }
    if (ofelia.row(run).fate().equals("running")) {
      // The crash, or a machine so busy that the end was not on record in time.
      daemon = ofelia.start();
      daemon.awaitEndOf(run);
      daemon.terminate();
      assertThat(daemon.exitCode()).isZero();
    }

    HistoryRow row = ofelia.row(run);
    assertThat(row.outcome()).as(row.toString()).isEqualTo("cancelled");
    assertThat(row.reason()).contains("stop request");
    assertThat(engine.containersOfRuns()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsAreTakenUpAgainByTheNextStart(boolean crashed) throws Exception {
    String toGoOn = "sh -c 'echo on; sleep 8; echo off; exit 7'";
    String toEndMeanwhile = "sh -c 'echo on; sleep 4; echo off; exit 9'";
    ofelia.configure(
        container("run-goes-on", TestEngine.IMAGE, toGoOn)
            + container("run-ends", TestEngine.IMAGE, toEndMeanwhile)
            + exec("exec-goes-on", toGoOn)
            + exec("exec-ends", toEndMeanwhile)
            + local(LOCAL, "sh -c 'echo on; sleep 600 & setsid sleep 600; exit 1'"));
    DaemonProcess daemon = ofelia.start("--leave-running", "--shutdown-timeout", "200ms");
    Map<String, String> runs = new HashMap<>();
    for (String job : List.of("run-goes-on", "run-ends", "exec-goes-on", "exec-ends", LOCAL)) {
      runs.put(job, ofelia.run(job));
    }
    Thread.sleep(1_500);
    assertThat(RunProcesses.of(LOCAL)).isNotEmpty();
    if (crashed) {
      daemon.kill();
    } else {
      daemon.terminate();
      // The local run cannot be left.
      assertThat(daemon.exitCode()).as(daemon.log()).isEqualTo(3);
      daemon.awaitLog(runs.get("run-goes-on") + "\\)\\] is left to go on");
      daemon.awaitLog(runs.get(LOCAL) + "\\)\\] is stopped: the daemon ends");
    }
    Thread.sleep(3_500);

    daemon = ofelia.start();

    for (String job : List.of("run-goes-on", "run-ends", "exec-goes-on", "exec-ends")) {
      String run = String.valueOf(runs.get(job));
      daemon.awaitEndOf(run);
      HistoryRow row = ofelia.row(run);
      assertThat(row.exit()).as(row.toString()).hasValue(job.endsWith("goes-on") ? 7 : 9);
      if (job.startsWith("run")) {
        assertThat(ofelia.output(run)).isEqualTo("on\noff\n");
      } else {
        // What it printed while nobody listened is gone, and that is said.
        assertThat(ofelia.command("logs", "--json", run).text()).contains("\"channel\":\"mark\"");
      }
    }
    HistoryRow local = ofelia.row(String.valueOf(runs.get(LOCAL)));
    assertThat(crashed ? local.fate() : local.outcome())
        .as(local.toString())
        .isEqualTo(crashed ? "lost" : "cancelled");
    assertThat(RunProcesses.of(LOCAL)).isEmpty();
    assertThat(engine.containersOfRuns()).isEmpty();
    daemon.terminate();
    assertThat(daemon.exitCode()).isZero();
  }
}
