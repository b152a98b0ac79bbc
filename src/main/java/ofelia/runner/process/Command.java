package ofelia.runner.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What to start.
///
/// @param words the program and its arguments, never empty. A program with a `/` in it is a path,
///   relative to this program's own directory and not to `directory`; one without is looked up on
///   the `PATH` of `environment`, or on this program's own where that has none
/// @param environment the whole environment of the process; nothing is inherited beside it
/// @param directory where the process runs; absent means where this program runs
public record Command(
    List<String> words, Map<String, String> environment, Optional<Path> directory) {

  public Command {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("a command needs at least the name of a program");
    }
  }
}
