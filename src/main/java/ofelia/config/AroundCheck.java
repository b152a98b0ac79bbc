package ofelia.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ofelia.config.SectionReader.Section;
import ofelia.model.Key;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;

/// Whether the containers that stand still during a job's work are named once each, and are none
/// that the work needs.
final class AroundCheck {

  private static final List<Key<List<String>>> LISTS =
      List.of(AroundKeys.STOP_DURING_RUN, AroundKeys.PAUSE_DURING_RUN);

  private static final Pattern SELF = Pattern.compile("(?<=^|,)\\s*self\\s*(?=,|$)");

  private final JobDraft draft;
  private final Section section;
  private final List<Problem> problems;

  private AroundCheck(JobDraft draft, Section section, List<Problem> problems) {
    this.draft = draft;
    this.section = section;
    this.problems = problems;
  }

  /// @param problems gets errors
  /// @param remarks gets warnings
  static void check(JobDraft draft, Section section, List<Problem> problems, Remarks remarks) {
    AroundCheck check = new AroundCheck(draft, section, problems);
    check.addWrongTargets();
    check.warnOfIdleKeys(remarks);
  }

  private void addWrongTargets() {
    Set<String> seen = new HashSet<>();
    Set<String> needed = needed();
    for (Key<List<String>> key : LISTS) {
      for (String target : section.settings().get(key)) {
        if (target.equals(AroundKeys.SERVICE) || target.equals(AroundKeys.LABEL)) {
          add(key, "has \"" + target + "\" without a name", "write it behind the colon");
        } else if (!seen.add(target)) {
          add(key, "names \"" + target + "\", which is named already", "name it once");
        } else if (needed.contains(target)) {
          add(
              key,
              "names \"" + target + "\", which the job itself needs while it works",
              "name other containers, or let the job work elsewhere");
        }
      }
    }
  }

  /// What the work runs in, or waits for, as it would be named here.
  private Set<String> needed() {
    Settings settings = section.settings();
    Set<String> needed = new LinkedHashSet<>();
    settings.find(ContainerKeys.CONTAINER).ifPresent(needed::add);
    settings
        .find(TargetKeys.TARGET_SERVICE)
        .ifPresent(service -> needed.add(AroundKeys.SERVICE + service));
    settings.get(TargetKeys.TARGET_LABEL).forEach(label -> needed.add(AroundKeys.LABEL + label));
    needed.addAll(settings.get(ExecKeys.WAIT_HEALTHY_OF));
    return needed;
  }

  private void add(Key<?> key, String found, String advice) {
    problems.add(Problem.error(origin(key), draft.subject().apply(key.name()), found, advice));
  }

  private Origin origin(Key<?> key) {
    Written written = section.from().get(key);
    return written == null ? draft.origin() : written.valueOrigin();
  }

  private void warnOfIdleKeys(Remarks remarks) {
    if (!section.settings().get(AroundKeys.STOP_DURING_RUN).isEmpty()) {
      return;
    }
    for (Key<?> key : List.of(AroundKeys.STOP_DURING_RUN_TIMEOUT, AroundKeys.HEALTHY_AFTER_RUN)) {
      Written written = section.from().get(key);
      if (written != null) {
        remarks.warn(
            written.keyOrigin(),
            draft.subject().apply(key.name()),
            "has no effect: nothing is stopped during the run",
            "write " + AroundKeys.STOP_DURING_RUN + " = CONTAINER");
      }
    }
  }

  /// The first container that a label may not bring to a standstill: any but its own. That is known
  /// by its name alone, for anybody can give a container the labels of a service.
  static Optional<String> foreign(Settings settings, LabelledContainer own) {
    List<String> targets = new ArrayList<>();
    LISTS.forEach(key -> targets.addAll(settings.get(key)));
    return targets.stream().filter(target -> !target.equals(own.name())).findFirst();
  }

  /// In labels, the word `self` is the name of the labelled container.
  static Written withName(Written written, LabelledContainer own) {
    boolean isAbout =
        Keys.find(written.key()).filter(key -> LISTS.stream().anyMatch(key::equals)).isPresent();
    String named = SELF.matcher(written.value()).replaceAll(Matcher.quoteReplacement(own.name()));
    return isAbout ? Written.of(written.key(), named, written.keyOrigin()) : written;
  }
}
