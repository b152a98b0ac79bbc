package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Several engines under one daemon: that of `[docker]` is away all the time, one section cannot be
/// used, and one is the real engine.
@Timeout(180)
class EnginesIT {

  private static final String TARGET = "ofelia-test-engines";

  @TempDir Path folder;
  private TestEngine engine;
  private Installation ofelia;

  @BeforeEach
  void install() throws Exception {
    engine = TestEngine.open();
    engine.start(
        TARGET,
        TestEngine.Options.NONE.withLabels(
            Map.of(
                "ofelia.enabled", "true",
                "ofelia.service", "true",
                "ofelia.log-level", "debug",
                "ofelia.job-exec.hello.schedule", "@triggered",
                "ofelia.job-exec.hello.command", "echo from labels",
                "ofelia.job-exec.hello.engine", "broken",
                "ofelia.job-local.evil.schedule", "@triggered",
                "ofelia.job-local.evil.command", "true")));
    ofelia = new Installation(folder);
    ofelia.configure(
        """
        [engine "real"]
        host = %s

        [engine "broken"]
        host = tcp://127.0.0.1:2376
        cert-path = %s

        [job-run "long"]
        schedule = @triggered
        engine = real
        image = %s
        pull = never
        network = none
        command = sh -c "echo begun; sleep 6; echo ended"

        [job-exec "here"]
        schedule = @triggered
        container = %s
        command = true

        [job-exec "nowhere"]
        schedule = @triggered
        engine = broken
        container = %s
        command = true
        """
            .formatted(
                engine.address,
                folder.resolve("no-certificates"),
                TestEngine.IMAGE,
                TARGET,
                TARGET));
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    engine.removeAll();
  }

  @Test
  void takesUpARunOnTheEngineThatItWasBegunOn() throws Exception {
    DaemonProcess first = ofelia.start();
    String run = begin("long");
    awaitOutput(run, "begun");
    first.kill();
    // By now the job names another engine, where its container certainly is not.
    ofelia.configure(
        "[engine \"real\"]\nhost = "
            + engine.address
            + "\n[job-run \"long\"]\n"
            + "schedule = @triggered\nimage = x\n");
    DaemonProcess second = ofelia.start();
    second.awaitEndOf(run);
    assertThat(ofelia.command("logs", run).text()).isEqualTo("begun\nended\n");
    assertThat(ofelia.command("history", "--json", "long").text()).contains("\"succeeded\"");
    assertThat(engine.containersOfRuns()).isEmpty();
  }

  @Test
  void readsLabelsOfEachEngineAndLetsNoneHoldUpTheOthers() throws Exception {
    DaemonProcess daemon = ofelia.start();
    daemon.awaitLog("\\[engine \\\\\"broken\\\\\"\\] cannot be used: .*ca.pem");
    String name = "real." + TARGET + ".hello";
    for (int i = 0; !ofelia.command("jobs").text().contains(name); i++) {
      assertThat(i).as(ofelia.command("jobs").text()).isLessThan(40);
      Thread.sleep(250);
    }
    assertThat(ofelia.command("jobs").text()).doesNotContain("evil");
    assertThat(daemon.log()).contains("only the engine of [docker]").contains("engine: is ignored");
    String run = begin(name);
    daemon.awaitEndOf(run);
    assertThat(ofelia.command("logs", run).text()).isEqualTo("from labels\n");
    daemon.awaitEndOf(begin("nowhere"));
    assertThat(ofelia.command("history", "--json", "nowhere").text())
        .contains("engine \\\"broken\\\" cannot be used")
        .contains("ca.pem");
    daemon.awaitEndOf(begin("here"));
    assertThat(ofelia.command("history", "--json", "here").text()).contains(Installation.NO_ENGINE);
    assertThat(daemon.log()).doesNotContain("level=DEBUG");
  }

  @Test
  void removesWhatACrashLeftAndNothingThatItsHistoryDoesNotKnow() throws Exception {
    DaemonProcess first = ofelia.start();
    String run = begin("long");
    first.awaitEndOf(run);
    first.kill();
    String unknown = run.substring(0, 8) + "ffff";
    var _ = engine.create("ofelia-test-left", labelled(run), "true");
    engine.start("ofelia-test-copied", labelled(run), "true");
    engine.start("ofelia-test-forged", labelled(unknown), "true");
    engine.start("ofelia-test-running", labelled(run), "sleep", "60");
    Thread.sleep(1_000);
    ofelia.start().awaitLog("Removed container \\\\\"ofelia-test-left\\\\\"");
    assertThat(engine.containersOfRuns())
        .hasSize(3)
        .noneMatch(container -> container.contains("ofelia-test-left"));
  }

  private static TestEngine.Options labelled(String run) {
    return TestEngine.Options.NONE.withLabels(
        Map.of("ofelia.run.id", run, "ofelia.job.name", "long"));
  }

  private String begin(String job) throws Exception {
    return ofelia.command("run", job).text().strip().replaceAll("(?s).*?([0-9a-f]{12}).*", "$1");
  }

  private void awaitOutput(String run, String text) throws Exception {
    for (int i = 0; !ofelia.command("logs", run).text().contains(text); i++) {
      assertThat(i).isLessThan(100);
      Thread.sleep(100);
    }
  }
}
