package ofelia.config;

import java.util.List;
import java.util.Optional;
import ofelia.config.SectionReader.Section;
import ofelia.model.Key;
import ofelia.model.Problem;
import ofelia.syntax.ShellWords;

/// Whether a job says what to run once, and whether it expects a shell where there is none.
final class ProgramCheck {

  private static final List<Key<?>> WAYS =
      List.of(JobKeys.COMMAND, ProgramKeys.SCRIPT, ProgramKeys.ARGS);

  private ProgramCheck() {}

  /// @param isRequired whether a job without any of the keys is a mistake
  /// @param problems gets errors
  /// @param remarks gets warnings
  static void check(
      JobDraft draft,
      Section section,
      boolean isRequired,
      List<Problem> problems,
      Remarks remarks) {
    List<Key<?>> written = WAYS.stream().filter(key -> isWritten(section, key)).toList();
    if (written.size() > 1) {
      problems.add(
          Problem.error(
              draft.origin(),
              draft.title(),
              "has both " + written.getFirst() + " and " + written.get(1),
              "keep one of them"));
    } else if (written.isEmpty()
        && isRequired
        && section.errors().stream()
            .noneMatch(p ->
                WAYS.stream()
                    .anyMatch(key -> p.subject().equals(draft.subject().apply(key.name()))))) {
      problems.add(
          Problem.error(
              draft.origin(),
              draft.title(),
              "has no " + JobKeys.COMMAND,
              "add for example " + JobKeys.COMMAND + " = " + JobKeys.COMMAND.example()));
    }
    if (!section.settings().isWritten(ProgramKeys.SHELL)) {
      lint(draft, section, remarks);
    } else if (section.settings().isWritten(ProgramKeys.ARGS)) {
      remarks.warn(draft.origin(), draft.title(), "has args, which go to no shell", "remove shell");
    }
  }

  private static boolean isWritten(Section section, Key<?> key) {
    return key == JobKeys.COMMAND
        ? !section.settings().get(JobKeys.COMMAND).isBlank()
        : section.settings().isWritten(key);
  }

  private static void lint(JobDraft draft, Section section, Remarks remarks) {
    Optional<ShellWords.Operator> operator =
        ShellWords.findOperator(section.settings().get(JobKeys.COMMAND));
    Written written = section.from().get(JobKeys.COMMAND);
    if (operator.isEmpty() || written == null) {
      return;
    }
    remarks.warn(
        written.originAt(operator.get().offset()),
        draft.subject().apply(JobKeys.COMMAND.name()),
        "\""
            + operator.get().text()
            + "\" is for a shell, and there is none: the program gets it as"
            + " an argument",
        "write sh -c \"…\" around the command, or script in place of command");
  }
}
