package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/// An engine that is killed with -9 under its runs, and comes back.
@Tag("daemon")
@Timeout(240)
@EnabledIfEnvironmentVariable(
    named = "OFELIA_TEST_ENGINE_VERSION",
    matches = ".+",
    disabledReason = "an engine that is not the tests' own is never killed")
class EngineCrashIT {

  private static final String HOME = "ofelia-test-survivor";
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;
  private TestEngine engine;
  private Installation ofelia;

  @BeforeEach
  void install() {
    engine = TestEngine.open();
    ofelia = new Installation(folder).with("DOCKER_HOST", engine.address);
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    engine.start();
    engine.removeAll();
  }

  @Test
  void losesNoJobAndTheHistoryTellsTheTruth() throws Exception {
    engine.start(
        HOME,
        TestEngine.Options.NONE.withLabels(
            Map.of(
                "ofelia.enabled", "true",
                "ofelia.job-exec.label.schedule", "* * * * * *",
                "ofelia.job-exec.label.user", "default",
                "ofelia.job-exec.label.command", "echo beat")));
    String longCommand = "sh -c 'echo on; sleep 600'";
    ofelia.configure(
        """
        [job-run "beat"]
        schedule = */2 * * * * *
        image = %1$s
        pull = false
        network = none
        user = default
        container-name =
        command = echo beat
        [job-run "long-run"]
        schedule = @triggered
        image = %1$s
        pull = false
        network = none
        user = default
        command = %2$s
        [job-exec "long-exec"]
        schedule = @triggered
        container = %3$s
        user = default
        command = %2$s
        [job-local "local"]
        schedule = * * * * * *
        command = true
        """
            .formatted(TestEngine.IMAGE, longCommand, HOME));
    DaemonProcess daemon = ofelia.start();
    String label = HOME + ".label";
    for (String job : List.of("beat", label, "local")) {
      daemon.awaitLog(job + ".*Finished.*failed: false");
    }
    Map<String, String> runs = new HashMap<>();
    for (String job : List.of("long-run", "long-exec")) {
      runs.put(job, ofelia.run(job));
    }
    Thread.sleep(1_000);

    engine.kill();
    Instant killed = Instant.now();
    Thread.sleep(2_500);
    assertThat(ofelia.command("jobs", "--json").objects())
        .extracting(job -> job.get("job"))
        .containsExactlyInAnyOrder("beat", label, "local", "long-exec", "long-run");
    engine.start();
    Instant back = Instant.now();

    // dockerd ends what ran when it was killed, so that the long runs end without success; the
    // container of the label jobs is started again by hand, as an operator would.
    engine.ensureStarted(HOME);
    int mark = daemon.mark();
    for (String job : List.of("beat", label, "local")) {
      daemon.awaitLog(mark, job + ".*Finished.*failed: false", SOON);
    }
    for (String run : runs.values()) {
      if (ofelia.row(run).fate().equals("running")) {
        // Some engines let containers live through a crash; then the runs go on.
        assertThat(ofelia.output(run)).isEqualTo("on\n");
      } else {
        assertThat(ofelia.row(run).outcome()).isNotEqualTo("succeeded");
      }
    }
    daemon.terminate();
    assertThat(daemon.exitCode()).isIn(0, 3);

    List<HistoryRow> history = ofelia.history();
    for (String job : List.of("beat", label, "local")) {
      List<HistoryRow> rows = history.stream().filter(row -> row.job().equals(job)).toList();
      long step = job.equals("beat") ? 2 : 1;
      Instant due = rows.getFirst().due();
      for (HistoryRow row : rows) {
        assertThat(row.due()).as("%s: %s", job, rows).isEqualTo(due);
        assertThat(row.hasEnded()).as(row.toString()).isTrue();
        boolean isWhileAway = row.due().isAfter(killed) && row.due().isBefore(back.minusSeconds(1));
        if (isWhileAway && !job.equals("local") && row.fate().equals("ran")) {
          assertThat(row.started()).as(row.toString()).isNotNull();
          assertThat(
                  row.outcome().equals("succeeded") && row.ended().isBefore(back.minusSeconds(1)))
              .as("succeeded without an engine: %s", row)
              .isFalse();
        }
        due = due.plusSeconds(step);
      }
    }
    assertThat(history.stream().filter(row -> row.job().equals("local")))
        .allMatch(row -> row.outcome().equals("succeeded"));
    assertThat(engine.containersOfRuns()).isEmpty();
  }
}
