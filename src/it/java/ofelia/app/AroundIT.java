package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A database and a cache that write all the time stand still while a job works, and go on whatever
/// happens; a third container that somebody had stopped stays that way.
@Timeout(300)
class AroundIT {

  private static final String DB = "ofelia-test-around-db";
  private static final String CACHE = "ofelia-test-around-cache";
  private static final String OLD = "ofelia-test-around-old";
  private static final String HOME = "ofelia-test-around-home";
  private static final String VOLUME = "ofelia-test-around";

  @TempDir Path folder;
  private TestEngine engine;
  private Installation ofelia;

  @BeforeEach
  void install() throws Exception {
    engine = TestEngine.open();
    TestEngine.Options files = TestEngine.Options.NONE.withVolumes(VOLUME + ":/files");
    engine.start(HOME, files);
    engine.start(DB, files, "sh", "-c", writing("db"));
    engine.start(CACHE, files, "sh", "-c", writing("cache"));
    engine.start(OLD, files);
    engine.stop(OLD);
    ofelia = new Installation(folder).with("DOCKER_HOST", engine.address);
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    engine.removeAll();
    engine.removeVolume(VOLUME);
  }

  /// Takes a moment to stop, as databases do.
  private static String writing(String file) {
    return """
    trap 'sleep 0.4; exit 0' TERM
    while :; do cat /proc/uptime >/files/%1$s.new; mv /files/%1$s.new /files/%1$s; sleep 0.05; done
    """
        .formatted(file);
  }

  /// Fails with 9 when one of them writes meanwhile.
  private static String working(String seconds, int exit) {
    return """
    sh -c 'cd /files; a=$(cat db cache); sleep %s; test "$a" = "$(cat db cache)" || exit 9; exit %d'\
    """
        .formatted(seconds, exit);
  }

  private static String job(String kind, String name, String schedule, String seconds, int exit) {
    String what =
        switch (kind) {
          case "exec" -> "container = " + HOME;
          case "run" ->
              """
              image = %s
              pull = false
              network = none
              container-name =
              volume = %s:/files
              """
                  .formatted(TestEngine.IMAGE, VOLUME);
          default -> "";
        };
    String command =
        kind.equals("local")
            ? "sh -c 'sleep %s; exit %d'".formatted(seconds, exit)
            : working(seconds, exit);
    return """
    [job-%s "%s"]
    schedule = %s
    %s
    command = %s
    stop-during-run = %s, %s
    pause-during-run = %s
    """
            .formatted(kind, name, schedule, what, command, OLD, DB, CACHE)
        + (kind.equals("local") ? "" : "user = default\n");
  }

  private void assertAllGoOn() throws Exception {
    engine.await(DB, "running");
    engine.await(CACHE, "running");
    assertThat(engine.status(OLD)).isEqualTo("exited");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "exec", "local"})
  void standStillDuringTheWorkAndGoOnWhateverItComesTo(String kind) throws Exception {
    ofelia.configure(
        job(kind, "good", "@triggered", "0.5", 0)
            + job(kind, "bad", "@triggered", "0.1", 3)
            + job(kind, "long", "@triggered", "600", 0)
            + "max-runtime = 1s\nstop-timeout = 1s\n"
            + job(kind, "stopped", "@triggered", "600", 0)
            + "stop-timeout = 1s\n");
    DaemonProcess daemon = ofelia.start();

    String good = ofelia.run("good");
    daemon.awaitEndOf(good);
    assertAllGoOn();
    assertThat(ofelia.row(good).outcome()).isEqualTo("succeeded");
    assertThat(ofelia.command("logs", good).errors())
        .containsSubsequence(
            OLD + " is exited already, and stays so",
            "stopped " + DB,
            "paused " + CACHE,
            "unpaused " + CACHE + " again",
            "started " + DB + " again");

    String bad = ofelia.run("bad");
    daemon.awaitEndOf(bad);
    assertAllGoOn();
    assertThat(ofelia.row(bad).exit()).hasValue(3);

    String tooLong = ofelia.run("long");
    daemon.awaitEndOf(tooLong);
    assertAllGoOn();
    assertThat(ofelia.row(tooLong).outcome()).isEqualTo("timed-out");

    String stopped = ofelia.run("stopped");
    engine.await(CACHE, "paused");
    assertThat(ofelia.command("stop", stopped).exit()).isZero();
    daemon.awaitEndOf(stopped);
    assertAllGoOn();
    assertThat(ofelia.row(stopped).outcome()).isEqualTo("cancelled");
  }

  @Test
  void twoJobsShareTheStandstill() throws Exception {
    ofelia.configure(
        job("run", "short", "@triggered", "1", 0) + job("exec", "longer", "@triggered", "4", 0));
    DaemonProcess daemon = ofelia.start();
    String longer = ofelia.run("longer");
    String brief = ofelia.run("short");
    daemon.awaitEndOf(brief);
    assertThat(ofelia.row(brief).outcome()).isEqualTo("succeeded");
    assertThat(engine.status(DB)).isEqualTo("exited");
    assertThat(engine.status(CACHE)).isEqualTo("paused");
    daemon.awaitEndOf(longer);
    assertAllGoOn();
    assertThat(ofelia.row(longer).outcome())
        .as("nothing was written during its work")
        .isEqualTo("succeeded");
  }

  @Test
  void goOnWhenTheDaemonEndsAndStayWhereItsRunsAreLeft() throws Exception {
    ofelia.configure(job("run", "backup", "@triggered", "600", 0));
    DaemonProcess daemon = ofelia.start("--shutdown-timeout", "1s");
    String run = ofelia.run("backup");
    engine.await(CACHE, "paused");
    daemon.terminate();
    assertThat(daemon.exitCode()).as(daemon.log()).isEqualTo(3);
    assertAllGoOn();
    assertThat(ofelia.row(run).outcome()).isEqualTo("cancelled");

    ofelia.configure(job("run", "backup", "@triggered", "6", 0));
    DaemonProcess leaving = ofelia.start("--leave-running");
    String left = ofelia.run("backup");
    engine.await(CACHE, "paused");
    leaving.terminate();
    assertThat(leaving.exitCode()).as(leaving.log()).isZero();
    assertThat(engine.status(DB)).isEqualTo("exited");
    assertThat(engine.status(CACHE)).isEqualTo("paused");
    DaemonProcess next = ofelia.start();
    next.awaitEndOf(left);
    assertAllGoOn();
    assertThat(ofelia.row(left).outcome()).isEqualTo("succeeded");
  }

  /// Each run takes some two seconds, half of them around its work.
  @Test
  void goOnAfterTheDaemonWasKilledAtAnyMoment() throws Exception {
    long seed = Long.getLong("ofelia.crash.seed", System.nanoTime());
    System.out.println("AroundIT: seed " + seed);
    Random random = new Random(seed);
    ofelia.configure(
        job("run", "in-run", "*/3 * * * * *", "0.7", 0)
            + job("exec", "in-exec", "1/3 * * * * *", "0.7", 0)
            + job("local", "in-local", "2/3 * * * * *", "0.7", 0));
    int kills = Integer.getInteger("ofelia.crash.points", 12) / 2;
    for (int i = 0; i < kills; i++) {
      DaemonProcess daemon = ofelia.launch();
      if (i % 2 == 0) {
        daemon.awaitLog("in-.*Started");
      }
      Thread.sleep(random.nextInt(i % 2 == 0 ? 2_200 : 3_000));
      daemon.kill();
    }
    ofelia.configure(
        job("run", "in-run", "@triggered", "0.7", 0)
            + job("exec", "in-exec", "@triggered", "0.7", 0)
            + job("local", "in-local", "@triggered", "0.7", 0));
    DaemonProcess last = ofelia.start();
    for (String job : List.of("in-run", "in-exec", "in-local")) {
      String run = ofelia.run(job);
      last.awaitEndOf(run);
      assertThat(ofelia.row(run).outcome()).as(job).isEqualTo("succeeded");
    }
    assertAllGoOn();
    List<HistoryRow> rows = ofelia.history();
    rows.forEach(row -> System.out.println("AroundIT: " + row));
    assertThat(rows).allMatch(HistoryRow::hasEnded);
    assertThat(rows)
        .filteredOn(row -> row.fate().equals("ran"))
        .allMatch(row -> row.outcome().equals("succeeded"));
    assertThat(rows)
        .filteredOn(row -> row.fate().equals("lost"))
        .allMatch(row -> row.job().equals("in-local"));
    assertThat(engine.containersOfRuns()).as(last.log()).isEmpty();
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = "OFELIA_TEST_ENGINE_VERSION",
      matches = ".+",
      disabledReason = "an engine that is not the tests' own is never killed")
  void goOnAfterTheEngineWasKilled() throws Exception {
    ofelia.configure(job("run", "backup", "@triggered", "4", 0));
    DaemonProcess daemon = ofelia.start();
    String run = ofelia.run("backup");
    engine.await(CACHE, "paused");
    engine.kill();
    engine.start();
    daemon.awaitEndOf(run);
    assertThat(engine.status(DB)).isEqualTo("running");
    assertThat(engine.status(CACHE)).isNotEqualTo("paused");
    assertThat(engine.status(OLD)).isEqualTo("exited");
  }

  @Test
  void mayBeSaidByTheContainerItself() throws Exception {
    String self = "ofelia-test-around-self";
    engine.start(
        self,
        TestEngine.Options.NONE.withLabels(
            Map.of(
                "ofelia.enabled", "true",
                "ofelia.job-run.own.schedule", "@triggered",
                "ofelia.job-run.own.image", TestEngine.IMAGE,
                "ofelia.job-run.own.pull", "never",
                "ofelia.job-run.own.network", "none",
                "ofelia.job-run.own.user", "default",
                "ofelia.job-run.own.command", "sleep 2",
                "ofelia.job-run.own.stop-during-run", "self")));
    ofelia.configure("[global]\n");
    DaemonProcess daemon = ofelia.start();
    for (int i = 0; i < 2; i++) {
      awaitJob("own");
      String run = ofelia.run("own");
      engine.await(self, "exited");
      daemon.awaitEndOf(run);
      assertThat(engine.status(self)).isEqualTo("running");
      assertThat(ofelia.row(run).outcome()).isEqualTo("succeeded");
    }
  }

  private void awaitJob(String name) throws Exception {
    for (int i = 0; i < 100; i++) {
      if (ofelia.command("jobs", "--json").text().contains("\"" + name + "\"")) {
        return;
      }
      Thread.sleep(200);
    }
    throw new AssertionError("no job " + name);
  }

  @Test
  void keepTheWorkFromBeginningWhereOneIsMissing() throws Exception {
    ofelia.configure(
        job("run", "backup", "@triggered", "1", 0) + "stop-during-run = ofelia-test-around-none\n");
    DaemonProcess daemon = ofelia.start();
    String run = ofelia.run("backup");
    daemon.awaitEndOf(run);
    assertThat(ofelia.row(run).outcome()).isEqualTo("broke");
    assertThat(ofelia.row(run).reason())
        .contains("the work was not begun: there is no container \"ofelia-test-around-none\"");
    assertAllGoOn();
  }
}
