package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import ofelia.model.Outcome;
import ofelia.plugin.RunRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// What programs in containers promise beyond [ProgramContract]: their engines go away.
abstract class EngineRunnerContract extends ProgramContract {

  static final String OWN_ENGINE = "OFELIA_TEST_ENGINE_VERSION";
  static final String ONLY_OWN = "an engine that is not the tests' own is never killed";
  static final Duration LONG = Duration.ofSeconds(90);

  @Test
  @Tag("daemon")
  @EnabledIfEnvironmentVariable(named = OWN_ENGINE, matches = ".+", disabledReason = ONLY_OWN)
  void failsWhenItsEngineRestarts() throws Exception {
    failsAcross("restart");
  }

  @Test
  @Tag("daemon")
  @EnabledIfEnvironmentVariable(named = OWN_ENGINE, matches = ".+", disabledReason = ONLY_OWN)
  void failsWhenItsEngineCrashes() throws Exception {
    failsAcross("restart", "--kill");
  }

  @Test
  @Tag("daemonless")
  @EnabledIfEnvironmentVariable(named = OWN_ENGINE, matches = ".+", disabledReason = ONLY_OWN)
  void goesOnWhenTheServiceBeforeItRestarts() throws Exception {
    goesOnAcross("restart");
  }

  @Test
  @Tag("daemonless")
  @EnabledIfEnvironmentVariable(named = OWN_ENGINE, matches = ".+", disabledReason = ONLY_OWN)
  void goesOnWhenTheServiceBeforeItCrashes() throws Exception {
    goesOnAcross("restart", "--kill");
  }

  /// Podman's containers and execs have no daemon that they could lose.
  private void goesOnAcross(String... control) throws Exception {
    String release = "/tmp/release-" + System.nanoTime();
    RunRequest request =
        request("echo on; while [ ! -e " + release + " ]; do sleep 0.2; done; echo off; exit 6");
    Started run = startAndAwait(request);
    TestEngine.control(control);
    assertThat(run.isOver()).isFalse();
    // Past the engine: it is the kernel that knows the container's files.
    long pid = RunProcesses.of(request).getFirst().pid();
    Files.createFile(Path.of("/proc", Long.toString(pid), "root", release));
    assertThat(run.await(LONG))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.exit()).isEqualTo(6));
    assertThat(sink.out().equals("on\noff\n") || !sink.said().isEmpty())
        .as("all output, or a word that some is missing: %s %s", sink.out(), sink.said())
        .isTrue();
    RunProcesses.assertNoneOf(request);
  }

  /// Without live-restore, an engine ends its containers when it stops, or when it starts again.
  private void failsAcross(String... control) throws Exception {
    RunRequest request = request("trap 'exit 9' TERM; echo on; sleep 600 & wait");
    Started run = startAndAwait(request);
    TestEngine.control(control);
    assertThat(run.await(LONG))
        .isNotInstanceOf(Outcome.Succeeded.class)
        .isNotInstanceOf(Outcome.Cancelled.class);
    RunProcesses.assertNoneOf(request);
    renew();
    assertThat(runner().run(request("true"), new RecordingAttempt(), stop))
        .isEqualTo(new Outcome.Succeeded());
  }
}
