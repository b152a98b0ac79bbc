package ofelia.runner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import ofelia.config.JobKeys;
import ofelia.config.ProgramKeys;
import ofelia.model.Settings;
import ofelia.syntax.ShellWords;

/// The program that a job runs, in whichever way it was written: `args` as they are, `script` as
/// one word behind those of `shell`, and `command` split into words, or behind those of `shell` too
/// where that key was written.
final class JobProgram {

  private JobProgram() {}

  /// The program and its arguments; none where nothing was written.
  static List<String> words(Settings settings) {
    if (settings.isWritten(ProgramKeys.ARGS)) {
      return settings.get(ProgramKeys.ARGS);
    }
    String script = settings.find(ProgramKeys.SCRIPT).orElse("");
    String command = settings.get(JobKeys.COMMAND);
    if (!script.isBlank()) {
      return withShell(settings, script);
    }
    return settings.isWritten(ProgramKeys.SHELL) && !command.isBlank()
        ? withShell(settings, command)
        : ShellWords.split(command);
  }

  /// The same for a job that must have one.
  static List<String> required(Settings settings) throws IOException {
    List<String> words = words(settings);
    if (words.isEmpty()) {
      throw new IOException("the command is empty; write a program and its arguments");
    }
    return words;
  }

  private static List<String> withShell(Settings settings, String text) {
    List<String> words = new ArrayList<>(ShellWords.split(settings.get(ProgramKeys.SHELL)));
    words.add(text);
    return List.copyOf(words);
  }

  /// A line for the log: the command as it was written, or the first line of a script that does
  /// something.
  static String describe(Settings settings) {
    if (settings.isWritten(ProgramKeys.ARGS)) {
      return String.join(" ", settings.get(ProgramKeys.ARGS)).replaceAll("\\R", " ");
    }
    String script = settings.find(ProgramKeys.SCRIPT).orElse("");
    if (script.isBlank()) {
      return settings.get(JobKeys.COMMAND);
    }
    List<String> lines = script.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    String first =
        lines.stream().filter(line -> !line.startsWith("#")).findFirst().orElse(lines.getFirst());
    return lines.size() == 1 ? first : first + " …";
  }
}
