package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer sees.
@Timeout(120)
class QuickStartIT {

  private static final Path EXAMPLE = Path.of("examples/quickstart.ini");

  @TempDir Path folder;

  @Test
  void localJobsShowWithinTenSecondsWhereThereIsNoEngine() throws Exception {
    Installation ofelia = new Installation(folder);
    ofelia.configure(Files.readString(EXAMPLE));
    try {
      DaemonProcess daemon = ofelia.launch();

      daemon.awaitLog(0, "StdOut: hello from the host", Duration.ofSeconds(10));
      daemon.awaitLog(0, "StdOut: run [0-9a-f]{12} of job told, due ", Duration.ofSeconds(20));
      // Whoever reads the log must see why the job in a container does not run.
      daemon.awaitLog("(?i)level=(WARN|ERROR).*engine.*docker\\.sock");
      String run = ofelia.run("greet-in-container");
      daemon.awaitEndOf(run);
      assertThat(ofelia.row(run).reason()).contains("/nonexistent/docker.sock");
      assertThat(ofelia.history("hello")).allMatch(row -> row.outcome().equals("succeeded"));
    } finally {
      ofelia.close();
    }
  }

  @Test
  void theJobInAContainerRunsWhereThereIsAnEngine() throws Exception {
    TestEngine engine = TestEngine.open();
    engine.tag(TestEngine.IMAGE, "busybox", "latest");
    Installation ofelia = new Installation(folder).with("DOCKER_HOST", engine.address);
    ofelia.configure(Files.readString(EXAMPLE));
    try {
      DaemonProcess daemon = ofelia.start();
      String run = ofelia.run("greet-in-container");
      daemon.awaitEndOf(run);

      assertThat(ofelia.row(run).outcome()).as(daemon.log()).isEqualTo("succeeded");
      assertThat(ofelia.output(run)).isEqualTo("hello from a fresh container\n");
      daemon.terminate();
      assertThat(daemon.exitCode()).isZero();
      assertThat(engine.containersOfRuns()).isEmpty();
    } finally {
      ofelia.close();
      engine.untag("busybox:latest");
    }
  }
}
