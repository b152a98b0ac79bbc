package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Time limits, stops and refusals of commands in running containers, by the whole daemon.
@Timeout(180)
class ExecLimitsIT {

  private static final String HOME = "ofelia-test-limits";
  private static final String JOB = RunProcesses.ownName("stubborn");

  /// A shell and one child.
  private static final String STUBBORN = "trap '' TERM; echo on; while :; do sleep 0.3; done";

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

  private static String stubborn(String keys) {
    return "[job-exec \"%s\"]\ncontainer = %s\nscript = %s\nstop-timeout = 1s\n%s"
        .formatted(JOB, HOME, STUBBORN, keys);
  }

  @Test
  void neverHasTwoCopiesOfACommandThatIgnoresItsEnd() throws Exception {
    ofelia.configure(stubborn("schedule = * * * * * *\nmax-runtime = 5s\nno-overlap = true\n"));
    ofelia.start();
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    boolean wasThere = false;
    while (System.nanoTime() < end) {
      List<String> processes = RunProcesses.of(JOB);
      assertThat(processes).hasSizeLessThanOrEqualTo(2);
      wasThere |= !processes.isEmpty();
      Thread.sleep(100);
    }
    assertThat(wasThere).isTrue();
    assertThat(ofelia.history())
        .filteredOn(row -> row.outcome().equals("timed-out"))
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(row -> assertThat(row.reason()).isEqualTo("longer than 5 s"));
    assertThat(ofelia.history())
        .filteredOn(row -> row.fate().equals("skipped"))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.reason()).contains("no-overlap"));
  }

  @Test
  void leavesNoProcessOfACommandThatIsStoppedByAPersonOrByTheEndOfTheDaemon() throws Exception {
    ofelia.configure(stubborn("schedule = @triggered\n"));
    DaemonProcess daemon = ofelia.start("--shutdown-timeout", "200ms");
    String first = begin();
    assertThat(ofelia.command("stop", first).exit()).isZero();
    daemon.awaitEndOf(first);
    assertThat(ofelia.row(first).outcome()).isEqualTo("cancelled");
    assertThat(RunProcesses.of(JOB)).isEmpty();

    String second = begin();
    daemon.terminate();
    assertThat(daemon.exitCode()).as(daemon.log()).isEqualTo(3);
    if (ofelia.row(second).outcome().isEmpty()) {
      // A machine that was too slow for it leaves the rest to the next start.
      ofelia.start().awaitEndOf(second);
    }
    assertThat(ofelia.row(second).outcome()).isEqualTo("cancelled");
    assertThat(RunProcesses.of(JOB)).isEmpty();
  }

  private String begin() throws Exception {
    String run = ofelia.run(JOB);
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!ofelia.output(run).contains("on\n")) {
      assertThat(System.nanoTime()).as("run %s does not begin", run).isLessThan(end);
    }
    return run;
  }

  @Test
  void saysInTheHistoryWhyACommandWasNotBegun() throws Exception {
    ofelia.configure(
        """
        [job-exec "skips"]
        schedule = @triggered
        target-service = ofelia-test-nowhere
        when-unavailable = skip
        command = true
        """);
    DaemonProcess daemon = ofelia.start();
    String run = ofelia.run("skips");
    daemon.awaitEndOf(run);
    HistoryRow row = ofelia.row(run);
    assertThat(row.fate()).isEqualTo("skipped");
    assertThat(row.reason()).isEqualTo("there is no container of service \"ofelia-test-nowhere\"");
  }
}
