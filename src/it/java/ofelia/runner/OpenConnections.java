package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// The sockets and pipes that this program has open, as Linux counts them.
final class OpenConnections {

  private OpenConnections() {}

  static int count() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return Math.toIntExact(all.filter(OpenConnections::isConnection).count());
    }
  }

  private static boolean isConnection(Path descriptor) {
    try {
      String of = Files.readSymbolicLink(descriptor).toString();
      return of.startsWith("socket:") || of.startsWith("pipe:");
    } catch (IOException _) {
      // It was closed meanwhile.
      return false;
    }
  }

  /// What was cut is closed a moment later.
  static void awaitNoMoreThan(int most) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (count() > most && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(count()).as("open sockets and pipes").isLessThanOrEqualTo(most);
  }
}
