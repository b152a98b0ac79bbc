package ofelia.runner.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The environment that this program was started with.
public final class OwnEnvironment {

  private OwnEnvironment() {}

  /// From the kernel where it tells, as UTF-8: in a container without a locale the JDK reads ASCII
  /// only, and what [System#getenv] gives there would reach a job with its letters replaced.
  public static Map<String, String> read() {
    Map<String, String> variables = new LinkedHashMap<>();
    String text;
    try {
      text = Files.readString(Path.of("/proc/self/environ"), StandardCharsets.UTF_8);
    } catch (IOException _) {
      // No /proc, or bytes that are no UTF-8.
      return System.getenv();
    }
    for (String entry : text.split("\0")) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return variables;
  }
}
