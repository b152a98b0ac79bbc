package ofelia.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ofelia.config.ActionKeys.Action;
import ofelia.config.ActionKeys.Unused;
import ofelia.config.SectionReader.Section;
import ofelia.model.Key;
import ofelia.model.Problem;

/// Whether a `job-container` says what to do, with what, and nothing that its action has no use
/// for.
final class ActionCheck {

  /// Keys that mean something with some actions only.
  private static final Map<Key<?>, Set<String>> MEANT_WITH =
      Map.of(
          ActionKeys.SIGNAL, Set.of(Action.KILL),
          JobKeys.STOP_TIMEOUT, Set.of(Action.STOP, Action.RESTART),
          TargetKeys.WAIT_HEALTHY, Set.of(Action.START, Action.RESTART),
          ActionKeys.PRUNE, Set.of(Action.PRUNE),
          ActionKeys.PRUNE_UNTIL, Set.of(Action.PRUNE),
          ActionKeys.PRUNE_LABEL, Set.of(Action.PRUNE),
          ActionKeys.PRUNE_KEEP_LABEL, Set.of(Action.PRUNE),
          ActionKeys.PRUNE_NAME, Set.of(Action.PRUNE),
          ActionKeys.PRUNE_ALL, Set.of(Action.PRUNE));

  /// Keys that choose among what nothing uses, in other ways than by name.
  private static final List<Key<?>> OTHER_CHOICES =
      List.of(
          ActionKeys.PRUNE_UNTIL,
          ActionKeys.PRUNE_LABEL,
          ActionKeys.PRUNE_KEEP_LABEL,
          ActionKeys.PRUNE_ALL);

  private ActionCheck() {}

  /// @param problems gets errors
  /// @param remarks gets warnings
  static void check(JobDraft draft, Section section, List<Problem> problems, Remarks remarks) {
    Optional<String> action = section.settings().find(ActionKeys.ACTION);
    if (action.isEmpty()) {
      addMissing(draft, section, ActionKeys.ACTION, problems);
      return;
    }
    warnOfIdleKeys(draft, section, action.get(), remarks);
    if (action.get().equals(Action.PRUNE)) {
      checkPrune(draft, section, problems);
    } else {
      TargetCheck.check(draft, section, problems);
    }
  }

  private static void checkPrune(JobDraft draft, Section section, List<Problem> problems) {
    List<String> unused = section.settings().get(ActionKeys.PRUNE);
    if (unused.isEmpty()) {
      addMissing(draft, section, ActionKeys.PRUNE, problems);
    }
    for (Key<?> key : TargetCheck.WAYS) {
      if (section.settings().isWritten(key)) {
        addUnfit(
            draft,
            section,
            key,
            "names a container, and action = prune is about what nothing uses",
            "remove it; " + ActionKeys.PRUNE_LABEL + " restricts what is pruned",
            problems);
      }
    }
    if (unused.contains(Unused.VOLUMES)) {
      refuse(draft, section, ActionKeys.PRUNE_UNTIL, Unused.VOLUMES, problems);
    }
    if (unused.contains(Unused.BUILD_CACHE)) {
      refuse(draft, section, ActionKeys.PRUNE_LABEL, Unused.BUILD_CACHE, problems);
      refuse(draft, section, ActionKeys.PRUNE_KEEP_LABEL, Unused.BUILD_CACHE, problems);
      refuse(draft, section, ActionKeys.PRUNE_NAME, Unused.BUILD_CACHE, problems);
    }
    if (section.settings().isWritten(ActionKeys.PRUNE_NAME)) {
      for (Key<?> key : OTHER_CHOICES) {
        if (section.settings().isWritten(key)) {
          addUnfit(
              draft,
              section,
              key,
              "cannot be used with " + ActionKeys.PRUNE_NAME + ", which says what goes",
              "remove one of them",
              problems);
        }
      }
    }
  }

  private static void refuse(
      JobDraft draft, Section section, Key<?> key, String unused, List<Problem> problems) {
    if (section.settings().isWritten(key)) {
      addUnfit(
          draft,
          section,
          key,
          "cannot be used with " + unused + ", of which engines do not take it",
          "prune " + unused + " by a job of their own, without " + key,
          problems);
    }
  }

  private static void addUnfit(
      JobDraft draft,
      Section section,
      Key<?> key,
      String found,
      String advice,
      List<Problem> problems) {
    Written written = section.from().get(key);
    problems.add(
        Problem.error(
            written == null ? draft.origin() : written.keyOrigin(),
            draft.subject().apply(key.name()),
            found,
            advice));
  }

  private static void addMissing(
      JobDraft draft, Section section, Key<?> key, List<Problem> problems) {
    String subject = draft.subject().apply(key.name());
    if (section.errors().stream().noneMatch(p -> p.subject().equals(subject))) {
      problems.add(
          Problem.error(
              draft.origin(),
              draft.title(),
              "has no " + key,
              "add for example " + key + " = " + key.example()));
    }
  }

  private static void warnOfIdleKeys(
      JobDraft draft, Section section, String action, Remarks remarks) {
    section
        .from()
        .forEach((key, written) -> {
          Set<String> actions = MEANT_WITH.getOrDefault(key, Set.of(action));
          if (!actions.contains(action)) {
            List<String> meant = Action.WORDS.stream().filter(actions::contains).toList();
            remarks.warn(
                written.keyOrigin(),
                draft.subject().apply(key.name()),
                "has no effect with action = " + action,
                "remove it, or write action = " + String.join(" or ", meant));
          }
        });
  }
}
