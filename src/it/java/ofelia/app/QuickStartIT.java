package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import ofelia.syntax.ShellWords;
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
      daemon.awaitLog("level=(WARN|ERROR).*cannot connect to unix:///nonexistent/docker\\.sock");
      String run = ofelia.run("greet-in-container");
      daemon.awaitEndOf(run);
      assertThat(ofelia.row(run).reason()).contains("/nonexistent/docker.sock");
      HistoryRow first = ofelia.history("hello").getFirst();
      assertThat(first.outcome()).isEqualTo("succeeded");
      for (String line : commandsOfTheReadme()) {
        List<String> words = ShellWords.split(line.replace(" RUN", " " + first.run()));
        Installation.Answer answer =
            ofelia.command(words.subList(1, words.size()).toArray(new String[0]));
        assertThat(answer.exit()).as("%s: %s", line, answer.errors()).isZero();
        assertThat(answer.text()).as(line).isNotBlank();
      }
    } finally {
      ofelia.close();
    }
  }

  /// What the README says to type in a second terminal.
  private static List<String> commandsOfTheReadme() throws Exception {
    List<String> commands =
        Files.readString(Path.of("README.md"))
            .lines()
            .filter(line -> line.matches("\\./ofelia (jobs|history|logs|run|next).*"))
            .map(line -> line.replaceFirst(" +#.*", ""))
            .toList();
    assertThat(commands).hasSizeGreaterThan(3);
    return commands;
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
