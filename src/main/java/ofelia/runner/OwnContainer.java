package ofelia.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The container that this program runs in, if it does.
final class OwnContainer {

  /// Engines mount `/etc/hostname` from a folder with the container's id. Other mounts of such
  /// folders are to be seen on the host as well.
  private static final Pattern MOUNTED =
      Pattern.compile("/([0-9a-f]{64})/(?:userdata/)?hostname /etc/hostname ");

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  private OwnContainer() {}

  /// Looked up when it is asked for first.
  private static final class Known {
    static final Optional<String> ID = read();
  }

  static boolean isOurs(String containerId) {
    return Known.ID.filter(containerId::equals).isPresent();
  }

  private static Optional<String> read() {
    try {
      Matcher mounted = MOUNTED.matcher(Files.readString(MOUNTS));
      return mounted.find() ? Optional.of(mounted.group(1)) : Optional.empty();
    } catch (IOException _) {
      // No Linux, so no container.
      return Optional.empty();
    }
  }
}
