package ofelia.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import ofelia.config.SectionReader.Section;
import ofelia.model.Key;
import ofelia.model.Settings;

/// Warns of keys that mean nothing beside other keys of the same job, so that nobody believes in a
/// limit that is none.
final class IdleKeys {

  /// What only a container has that is made for the run.
  private static final List<Key<?>> OF_FRESH_CONTAINERS = ofFreshContainers();

  private IdleKeys() {}

  private static List<Key<?>> ofFreshContainers() {
    List<Key<?>> keys = new ArrayList<>(RunKeys.ALL);
    // A job that has both an image and a container is told of that as a whole.
    keys.removeAll(List.of(RunKeys.IMAGE, RunKeys.STOP_SIGNAL, RunKeys.DELETE));
    keys.addAll(
        List.of(
            ContainerKeys.USER,
            ContainerKeys.WORKING_DIR,
            ContainerKeys.ENV_FROM,
            ContainerKeys.TTY,
            JobKeys.COMMAND,
            JobKeys.ENVIRONMENT,
            JobKeys.ENV_FILE,
            EngineKeys.REGISTRY_CONFIG));
    keys.addAll(ProgramKeys.ALL);
    return List.copyOf(keys);
  }

  /// @param whole the job's settings, with those that it inherits
  static void warn(JobDraft draft, Section section, Settings whole, Remarks remarks) {
    warnOfMisfire(draft, section, whole.get(JobKeys.MISFIRE), remarks);
    Settings settings = section.settings();
    switch (draft.type()) {
      case RUN -> {
        if (!settings.find(ContainerKeys.CONTAINER).orElse("").isBlank()) {
          String found = "has no effect: container starts one that is there, as it is";
          warn(draft, section, OF_FRESH_CONTAINERS, found, "remove it, or container", remarks);
        }
      }
      case COMPOSE -> {
        if (settings.get(ComposeKeys.EXEC)) {
          warn(
              draft,
              section,
              List.of(RunKeys.ENTRYPOINT, ComposeKeys.DEPENDENCIES, EngineKeys.REGISTRY_CONFIG),
              "has no effect with exec = true, which makes no container",
              "remove it, or exec",
              remarks);
        }
      }
      case HTTP -> {
        if (settings.isWritten(HttpKeys.BODY_FILE)) {
          String found = "has no effect: body-file is sent instead";
          warn(draft, section, List.of(HttpKeys.BODY), found, "remove one of them", remarks);
        }
      }
      case EXEC, LOCAL, SERVICE_RUN, CONTAINER, NOOP -> {}
    }
    if (!settings.get(TargetKeys.WHEN_UNAVAILABLE).equals(TargetKeys.WhenUnavailable.WAIT)) {
      warn(
          draft,
          section,
          List.of(TargetKeys.WAIT_AVAILABLE),
          "has no effect: nothing is waited for",
          "write when-unavailable = wait",
          remarks);
    }
  }

  private static void warnOfMisfire(
      JobDraft draft, Section section, String misfire, Remarks remarks) {
    String found = "has no effect: nothing is made up for";
    if (misfire.equals("skip")) {
      String advice = "write misfire = latest or misfire = all";
      warn(draft, section, List.of(JobKeys.CATCH_UP_WINDOW), found, advice, remarks);
    }
    if (!misfire.equals("all")) {
      String advice = "write misfire = all";
      warn(draft, section, List.of(JobKeys.MAX_CATCH_UP), found, advice, remarks);
    }
  }

  private static void warn(
      JobDraft draft,
      Section section,
      Collection<Key<?>> keys,
      String found,
      String advice,
      Remarks remarks) {
    section
        .from()
        .forEach((key, written) -> {
          if (keys.contains(key)) {
            remarks.warn(written.keyOrigin(), draft.subject().apply(key.name()), found, advice);
          }
        });
  }
}
