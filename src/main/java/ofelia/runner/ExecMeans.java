package ofelia.runner;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.RunSink;

/// Whether what runs in a container can be ended there, tried out once for each container, and only
/// for jobs with a `max-runtime`. Safe for any thread.
final class ExecMeans {

  private static final int MOST_REMEMBERED = 1_000;

  private final DockerClient client;

  /// Why not, by container; empty where it can be.
  private final Map<String, Optional<String>> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<String>> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  ExecMeans(DockerClient client) {
    this.client = client;
  }

  /// Refuses a time limit of the job's own that could not be kept, and warns, once for each
  /// container, of an inherited one.
  void require(Targets.Target target, Settings settings, RunSink sink)
      throws DeclinedException, InterruptedException {
    if (!settings.isWritten(JobKeys.MAX_RUNTIME)) {
      return;
    }
    Optional<Optional<String>> remembered = remembered(target.id());
    Optional<String> lack =
        remembered.isPresent() ? remembered.get() : tryOut(target.id(), settings);
    if (lack.isEmpty()) {
      return;
    }
    String why =
        "a command in container \"%s\" cannot be ended: %s".formatted(target.name(), lack.get());
    if (!settings.isInherited(JobKeys.MAX_RUNTIME)) {
      throw DeclinedException.refused(
          why + "; remove max-runtime from the job, or use an image with sh and tr");
    }
    if (remembered.isEmpty()) {
      sink.warn(why + "; the max-runtime of [global] is not kept there");
    }
  }

  private Optional<String> tryOut(String containerId, Settings settings)
      throws InterruptedException {
    String user = settings.get(ContainerKeys.USER);
    Optional<String> lack;
    try {
      switch (new ContainerProcesses(client, () -> containerId, user).tryOut()) {
        case ContainerProcesses.Pass.Counted(_) -> lack = Optional.empty();
        case ContainerProcesses.Pass.NoMeans(var why) -> lack = Optional.of(why);
        case ContainerProcesses.Pass.Unknown(_) -> {
          // A container that has no room now may have it when there is something to end.
          return Optional.empty();
        }
      }
    } catch (DockerException _) {
      // Whatever it is, the run itself is about to meet it, and says so.
      return Optional.empty();
    }
    synchronized (known) {
      known.put(containerId, lack);
    }
    return lack;
  }

  private Optional<Optional<String>> remembered(String containerId) {
    synchronized (known) {
      return Optional.ofNullable(known.get(containerId));
    }
  }
}
