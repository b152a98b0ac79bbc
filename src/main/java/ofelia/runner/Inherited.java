package ofelia.runner;

import java.util.Optional;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.Image;

/// Whether the label by which the container of a run is recognised says anything. `docker commit`
/// hands the labels of a container on to an image, and that to all containers that are made from
/// it: these are whose they are, and not this program's. A label that this program writes is
/// stronger than that of the image, and differs from it, for no two runs have one number.
final class Inherited {

  private Inherited() {}

  /// @return false also where the engine has lost the image, so that nobody can know
  /// @throws ofelia.docker.DockerException when the engine does not answer
  static boolean isRunOf(DockerClient client, ContainerSummary container)
      throws InterruptedException {
    if (container.imageId().isEmpty()) {
      return false;
    }
    Optional<Image> image =
        Asking.once(() -> client.images().find(container.imageId(), Asking.soon()));
    return image
        .map(found -> found.config().labels().getOrDefault(ContainerPlan.RUN, ""))
        .filter(run -> run.equals(container.labels().getOrDefault(ContainerPlan.RUN, "")))
        .isPresent();
  }
}
