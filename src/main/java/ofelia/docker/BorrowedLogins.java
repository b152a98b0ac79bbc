package ofelia.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A folder for the docker CLI and its plugins in which `config.json`, with the logins, is that of
/// one folder, and contexts, certificates and plugins are those of the configuration in force.
///
/// `DOCKER_CONFIG` names one folder for all of these. Were it simply set to where the logins are,
/// Compose would not be found by a client that has it as a plugin of its own, nor would the engine
/// by a client that has a context for it. So the folder holds links, and no secret of its own.
///
/// Closing it removes it. Used by one thread.
public final class BorrowedLogins implements AutoCloseable {

  private static final String FILE = "config.json";

  /// What the CLI looks for beside its `config.json`.
  private static final List<String> SHARED =
      List.of("contexts", "cli-plugins", "buildx", "ca.pem", "cert.pem", "key.pem");

  private final Path folder;
  private final Map<String, String> environment;

  private BorrowedLogins(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /// @param logins the folder of their `config.json`
  /// @param environment of the CLI, which says where its own configuration is
  /// @throws IOException when there is no room for the folder
  public static BorrowedLogins open(Path logins, Map<String, String> environment)
      throws IOException {
    Path home = Path.of(environment.getOrDefault("HOME", "/root"));
    DockerConfig own = DockerConfig.of(environment, home);
    Path folder = Files.createTempDirectory("ofelia-logins");
    Map<String, String> changed = new LinkedHashMap<>(environment);
    changed.put("DOCKER_CONFIG", folder.toString());
    boolean isSaid =
        Stream.of("DOCKER_HOST", "DOCKER_CONTEXT")
            .anyMatch(name -> !environment.getOrDefault(name, "").isEmpty());
    if (!isSaid) {
      // Said in either case, for the file of the logins may name a context of its own.
      String current = own.currentContext();
      changed.put("DOCKER_CONTEXT", current.isEmpty() ? DockerConfig.NO_CONTEXT : current);
    }
    BorrowedLogins borrowed = new BorrowedLogins(folder, Map.copyOf(changed));
    try {
      borrowed.link(FILE, logins);
      for (String name : SHARED) {
        borrowed.link(name, own.folder());
      }
      return borrowed;
    } catch (IOException e) {
      borrowed.close();
      throw e;
    }
  }

  private void link(String name, Path from) throws IOException {
    Path target = from.toAbsolutePath().resolve(name);
    if (Files.exists(target)) {
      Files.createSymbolicLink(folder.resolve(name), target);
    }
  }

  /// The environment with which the CLI takes this folder for its configuration.
  public Map<String, String> environment() {
    return environment;
  }

  /// What cannot be removed stays; there is no secret in it.
  @Override
  public void close() {
    // Programs that were called may have put something beside the links, which are not followed.
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException _) {
      // A few links in the folder for temporary files are no reason to fail a run.
      return;
    }
  }
}
