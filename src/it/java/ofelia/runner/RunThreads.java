package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import ofelia.plugin.RunRequest;

/// The threads of runs in this program, virtual ones too: those with the run's number in their
/// name.
final class RunThreads {

  private RunThreads() {}

  /// Waits until there are none: what was cut ends a moment later.
  static void assertNoneOf(RunRequest request) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    List<String> left = of(request);
    while (!left.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(50);
      left = of(request);
    }
    assertThat(left).as("threads of run %s", request.run()).isEmpty();
  }

  private static List<String> of(RunRequest request) throws IOException {
    Path dump = Path.of(System.getProperty("java.io.tmpdir"), "ofelia-test-" + request.run());
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(
              dump.toAbsolutePath().toString(),
              HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
      return Files.readAllLines(dump).stream()
          .filter(line -> line.startsWith("#") && line.contains(request.run().toString()))
          .toList();
    } finally {
      Files.deleteIfExists(dump);
    }
  }
}
