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

  /// How many there are when none has been opened or closed for a second.
  static int settled() throws IOException, InterruptedException {
    int count = count();
    int quiet = 0;
    for (int i = 0; i < 100 && quiet < 10; i++) {
      Thread.sleep(100);
      int now = count();
      quiet = now == count ? quiet + 1 : 0;
      count = now;
    }
    return count;
  }

  private static int count() throws IOException {
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
