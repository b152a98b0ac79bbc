package ofelia.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The processes of runs on this machine, known by what each run is told.
final class RunProcesses {

  private RunProcesses() {}

  /// A job's name that tests on another engine have not, which may run on this machine meanwhile.
  static String ownName(String job) {
    return "ofelia-test-" + job + "-" + ProcessHandle.current().pid();
  }

  /// The processes of a job's runs.
  ///
  /// @param job a name of [#ownName]
  /// @return a line for each
  static List<String> of(String job) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(path -> read(path.resolve("environ")).contains("\0OFELIA_JOB=" + job + "\0"))
          .map(path -> path + " " + read(path.resolve("cmdline")).replace('\0', ' '))
          .toList();
    }
  }

  private static String read(Path file) {
    return Optional.of(file)
        .map(path -> {
          try {
            return "\0" + new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
          } catch (IOException _) {
            // It has ended meanwhile, or is somebody else's.
            return "";
          }
        })
        .orElse("");
  }
}
