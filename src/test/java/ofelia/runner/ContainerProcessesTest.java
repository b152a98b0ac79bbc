package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script that ends a run inside a container, here outside of one, in the shells of this
/// machine.
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class ContainerProcessesTest {

  private static final String RUN = "%012x".formatted(System.nanoTime() & 0xffff_ffff_ffffL);

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endThemAll() {
    started.forEach(process -> {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    });
  }

  /// A session of its own, as a container runtime begins one for each exec.
  private Process begin(String run, String script) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", script);
    builder.environment().put("OFELIA_RUN_ID", run);
    Process process = builder.start();
    started.add(process);
    process.getInputStream().readNBytes(3);
    return process;
  }

  private static int signal(String shell, String run, String signal) throws Exception {
    List<String> command = new ArrayList<>(ContainerProcesses.command(run, signal));
    command.set(0, shell);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(said).matches("ofelia: \\d+\n");
    return Integer.parseInt(said.strip().substring("ofelia: ".length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash"})
  void findsAndEndsAllProcessesOfARunAndNoOthers(String shell) throws Exception {
    String other = RUN.substring(0, 11) + (RUN.endsWith("0") ? "1" : "0");
    Process bystander = begin(other, "echo on; sleep 600");
    Process own =
        begin(
            RUN,
            // Cleared environments, a session of its own, children of both, one that ignores TERM.
            "sleep 601 & (env -i setsid sleep 602 & env -i sleep 603) & setsid sleep 604 &"
                + " sh -c \"trap '' TERM; sleep 605; sleep 606\" & sleep 0.3; echo on;"
                + " exec env -i sleep 607");
    assertThat(signal(shell, RUN, ContainerProcesses.LOOK)).isBetween(7, 9);
    assertThat(signal(shell, RUN, "TERM")).isBetween(7, 9);
    assertThat(own.waitFor(5, TimeUnit.SECONDS)).isTrue();
    int left = signal(shell, RUN, "KILL");
    assertThat(left).isBetween(1, 3);
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (signal(shell, RUN, ContainerProcesses.LOOK) > 0) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
    assertThat(bystander.isAlive()).isTrue();
  }

  @Test
  void findsNobodyOfARunThatNeverWas() throws Exception {
    assertThat(signal("sh", "000000000000", "KILL")).isZero();
  }
}
