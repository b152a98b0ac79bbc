package ofelia.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import ofelia.syntax.FileText;

/// What `${NAME}` in a configuration stands for: the variable `NAME`, else the content of the file
/// that the variable `NAME_FILE` names, as secrets of Compose and of a swarm are handed over.
///
/// @param environment of the daemon
public record Substitutes(Map<String, String> environment) {

  private static final String FILE = "_FILE";
  private static final int LONGEST_BYTES = 128 << 10;

  /// @return empty also when the file cannot be read
  public Optional<String> find(String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() ->
            Optional.ofNullable(environment.get(name + FILE)).flatMap(Substitutes::contentOf));
  }

  private static Optional<String> contentOf(String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(LONGEST_BYTES + 1);
      return bytes.length > LONGEST_BYTES
          ? Optional.empty()
          : Optional.of(FileText.decode(bytes).replaceFirst("\\R\\z", ""));
    } catch (IOException | InvalidPathException _) {
      // Whoever asked says that there is no such variable, and names both ways to set it.
      return Optional.empty();
    }
  }
}
