package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import ofelia.plugin.RunRequest;

/// The processes of runs on this machine, in whatever container: those with the run's
/// `OFELIA_RUN_ID` in their environment. Dead ones that nobody has waited for have none, and are
/// not shown. Needs root, and an engine on this machine.
final class RunProcesses {

  private RunProcesses() {}

  static List<ProcessHandle> of(RunRequest request) {
    String mark = "OFELIA_RUN_ID=" + request.run();
    return ProcessHandle.allProcesses()
        .filter(process -> has(process.pid(), "environ", mark))
        .toList();
  }

  /// Those with a text among their arguments, for work that clears its environment.
  static List<ProcessHandle> withArgument(String text) {
    return ProcessHandle.allProcesses()
        .filter(process -> has(process.pid(), "cmdline", text))
        .toList();
  }

  /// Waits until there are none; the kernel takes a moment to bury them.
  static void assertNoneOf(RunRequest request) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    while (!of(request).isEmpty() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(of(request)).as("processes of run %s", request.run()).isEmpty();
  }

  /// Ends them as the kernel would, past their runner. A process that is just becoming another
  /// program has no environment for a moment.
  static void kill(RunRequest request) throws InterruptedException {
    List<ProcessHandle> found = of(request);
    for (int i = 0; i < 40 && found.isEmpty(); i++) {
      Thread.sleep(50);
      found = of(request);
    }
    assertThat(found).as("processes of run %s", request.run()).isNotEmpty();
    found.forEach(ProcessHandle::destroyForcibly);
  }

  private static boolean has(long pid, String file, String text) {
    Path path = Path.of("/proc", Long.toString(pid), file);
    try {
      String all = Files.readString(path, StandardCharsets.ISO_8859_1);
      return Stream.of(all.split("\0")).anyMatch(each -> each.equals(text));
    } catch (IOException | UncheckedIOException _) {
      // It has ended meanwhile.
      return false;
    }
  }
}
