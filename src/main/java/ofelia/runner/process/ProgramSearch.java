package ofelia.runner.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Finds the file to start, and says in plain words why there is none.
///
/// It is done before the start since a failed `posix_spawn` gives one number for a missing program,
/// a missing interpreter and a missing directory alike.
final class ProgramSearch {

  private static final boolean WINDOWS =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

  private ProgramSearch() {}

  /// The absolute path of the program, after the directory has been looked at as well.
  static Path requireProgram(Command command) throws ProcessStartException {
    String name = command.words().getFirst();
    String tried = "cannot start \"" + name + "\": ";
    if (holdsNul(command)) {
      throw new ProcessStartException(
          tried + "an argument or variable holds a NUL character, which no process can be given");
    }
    requireDirectory(command);
    try {
      if (name.isEmpty()) {
        throw new ProcessStartException("cannot start \"\": the name of the program is empty");
      }
      if (name.indexOf('/') >= 0 || (WINDOWS && name.indexOf('\\') >= 0)) {
        return requireRunnable(Path.of(name).toAbsolutePath().normalize(), tried);
      }
      return lookUp(name, searchPath(command), tried);
    } catch (InvalidPathException e) {
      throw new ProcessStartException(
          tried + "not a path this system can hold: " + e.getReason(), e);
    }
  }

  private static boolean holdsNul(Command command) {
    return command.words().stream().anyMatch(ProgramSearch::holdsNul)
        || command.environment().entrySet().stream()
            .anyMatch(entry -> holdsNul(entry.getKey()) || holdsNul(entry.getValue()));
  }

  private static boolean holdsNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  private static Path lookUp(String name, String path, String tried) throws ProcessStartException {
    List<Path> refused = new ArrayList<>();
    for (String entry : path.split(File.pathSeparator, -1)) {
      for (String ending : WINDOWS ? List.of("", ".exe") : List.of("")) {
        Path candidate = Path.of(entry).toAbsolutePath().resolve(name + ending).normalize();
        if (Files.isRegularFile(candidate)) {
          if (Files.isExecutable(candidate)) {
            return candidate;
          }
          refused.add(candidate);
        }
      }
    }
    throw new ProcessStartException(
        refused.isEmpty()
            ? tried + "no such program on PATH \"" + path + "\""
            : tried + "\"" + refused.getFirst() + "\" is not executable; run chmod +x on it");
  }

  private static Path requireRunnable(Path program, String tried) throws ProcessStartException {
    if (!Files.exists(program)) {
      throw new ProcessStartException(tried + "no file \"" + program + "\"");
    }
    if (Files.isDirectory(program)) {
      throw new ProcessStartException(tried + "\"" + program + "\" is a directory");
    }
    if (!Files.isExecutable(program)) {
      throw new ProcessStartException(
          tried + "\"" + program + "\" is not executable; run chmod +x on it");
    }
    return program;
  }

  private static void requireDirectory(Command command) throws ProcessStartException {
    if (command.directory().isEmpty()) {
      return;
    }
    Path directory = command.directory().get();
    String tried = "cannot start \"" + command.words().getFirst() + "\" in \"" + directory + "\": ";
    if (!Files.exists(directory)) {
      throw new ProcessStartException(tried + "no such directory");
    }
    if (!Files.isDirectory(directory)) {
      throw new ProcessStartException(tried + "not a directory");
    }
    if (!Files.isExecutable(directory)) {
      throw new ProcessStartException(tried + "no permission to enter it");
    }
  }

  private static String searchPath(Command command) {
    String given = command.environment().get("PATH");
    if (given != null) {
      return given;
    }
    String own = System.getenv("PATH");
    return own != null ? own : "/usr/local/bin:/usr/bin:/bin";
  }
}
