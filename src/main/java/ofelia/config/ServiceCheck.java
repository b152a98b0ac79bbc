package ofelia.config;

import java.util.List;
import java.util.Optional;
import ofelia.config.SectionReader.Section;
import ofelia.model.Key;
import ofelia.model.Problem;
import ofelia.model.ValueSyntaxException;

/// What a container on an engine can have, and one that a swarm makes cannot.
final class ServiceCheck {

  private static final String NO_LIKE = "write it for a job-run, or leave it out";

  private ServiceCheck() {}

  static void check(JobDraft draft, Section section, List<Problem> problems) {
    for (String tmpfs : section.settings().get(RunKeys.TMPFS)) {
      try {
        Tmpfs.parse(tmpfs);
      } catch (ValueSyntaxException e) {
        add(draft, section, RunKeys.TMPFS, String.valueOf(e.getMessage()), e.advice(), problems);
      }
    }
    Optional<String> variant =
        section.settings().find(RunKeys.PLATFORM).filter(text -> text.split("/", -1).length > 2);
    if (variant.isPresent()) {
      add(
          draft,
          section,
          RunKeys.PLATFORM,
          "a swarm knows its nodes by system and architecture alone, not by a variant",
          "write " + variant.get().substring(0, variant.get().lastIndexOf('/')),
          problems);
    }
    for (String option : section.settings().get(RunKeys.SECURITY_OPT)) {
      if (option.startsWith("systempaths=")
          || option.startsWith("apparmor=") && !option.equals("apparmor=unconfined")) {
        add(
            draft,
            section,
            RunKeys.SECURITY_OPT,
            "Swarm services have no \"" + option + "\"",
            NO_LIKE,
            problems);
      }
    }
    checkLimits(draft, section, problems);
  }

  /// The one limit that a process can have and a container cannot.
  static void checkLimits(JobDraft draft, Section section, List<Problem> problems) {
    if (section.settings().get(RunKeys.ULIMIT).stream().anyMatch(l -> l.startsWith("as="))) {
      add(
          draft,
          section,
          RunKeys.ULIMIT,
          "Docker sets no limit \"as\"",
          "write memory = SIZE in its place",
          problems);
    }
  }

  private static void add(
      JobDraft draft,
      Section section,
      Key<?> key,
      String found,
      String advice,
      List<Problem> problems) {
    Written written = section.from().get(key);
    problems.add(
        Problem.error(
            written == null ? draft.origin() : written.valueOrigin(),
            draft.subject().apply(key.name()),
            found,
            advice));
  }
}
