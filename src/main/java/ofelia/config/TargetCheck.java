package ofelia.config;

import java.util.List;
import ofelia.config.SectionReader.Section;
import ofelia.model.Key;
import ofelia.model.Problem;

/// Whether a job says once which container it is about.
final class TargetCheck {

  static final List<Key<?>> WAYS =
      List.of(
          ContainerKeys.CONTAINER,
          TargetKeys.TARGET_SERVICE,
          TargetKeys.TARGET_LABEL,
          TargetKeys.TARGET_IMAGE);

  private TargetCheck() {}

  static void check(JobDraft draft, Section section, List<Problem> problems) {
    List<Key<?>> written = WAYS.stream().filter(key -> isWritten(section, key)).toList();
    if (written.isEmpty()) {
      problems.add(
          Problem.error(
              draft.origin(),
              draft.title(),
              "has no " + ContainerKeys.CONTAINER,
              "add for example "
                  + ContainerKeys.CONTAINER
                  + " = "
                  + ContainerKeys.CONTAINER.example()
                  + ", or "
                  + TargetKeys.TARGET_SERVICE
                  + " = "
                  + TargetKeys.TARGET_SERVICE.example()));
    } else if (written.size() > 1 && written.contains(ContainerKeys.CONTAINER)) {
      problems.add(
          Problem.error(
              draft.origin(),
              draft.title(),
              "has both " + written.getFirst() + " and " + written.get(1),
              "keep one of them"));
    }
  }

  private static boolean isWritten(Section section, Key<?> key) {
    return key == ContainerKeys.CONTAINER
        ? !section.settings().find(ContainerKeys.CONTAINER).orElse("").isBlank()
        : section.settings().isWritten(key);
  }
}
