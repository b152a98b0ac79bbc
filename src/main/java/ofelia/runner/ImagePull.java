package ofelia.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import ofelia.config.EngineKeys;
import ofelia.config.PullPolicy;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerCutException;
import ofelia.docker.DockerException;
import ofelia.docker.ImageName;
import ofelia.docker.RegistryAuth;
import ofelia.docker.RegistryLogins;
import ofelia.model.Settings;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.wire.Deadline;

/// Sees to it that the engine has an image.
final class ImagePull {

  private static final Duration LONGEST = Duration.ofHours(1);

  private final DockerClient client;
  private final RegistryLogins logins;
  private final RunSink sink;
  private final Stop stop;

  ImagePull(DockerClient client, RegistryLogins logins, RunSink sink, Stop stop) {
    this.client = client;
    this.logins = logins;
    this.sink = sink;
    this.stop = stop;
  }

  /// The logins of a job: its own, or those of all.
  static RegistryLogins loginsOf(Settings settings, RegistryLogins ofAll) {
    return settings
        .find(EngineKeys.REGISTRY_CONFIG)
        .map(folder -> ofAll.in(Path.of(folder)))
        .orElse(ofAll);
  }

  /// @param platform such as `linux/arm64`; empty for the engine's own
  /// @throws IOException when it is not there and must not be pulled
  /// @throws DockerException when the engine does not have it and cannot pull it; also when a
  ///   request to stop cut the pull
  void require(ImageName image, String platform, PullPolicy policy)
      throws IOException, InterruptedException {
    if (policy != PullPolicy.ALWAYS && isLocal(image, platform)) {
      return;
    }
    if (policy == PullPolicy.NEVER) {
      String of = platform.isEmpty() ? "" : " for " + platform;
      throw new IOException(
          "the engine does not have image \""
              + image
              + "\""
              + of
              + ", and pull = never; pull it by hand, or write pull = missing");
    }
    try {
      pull(image, platform);
    } catch (DockerException e) {
      if (stop.isRequested() || !isLocal(image, platform)) {
        throw e;
      }
      sink.warn("the local image is used: " + e.getMessage());
    }
  }

  private boolean isLocal(ImageName image, String platform) throws InterruptedException {
    return Asking.once(() -> client.images().find(image.toString(), Asking.soon()))
        .filter(found -> platform.isEmpty() || found.isFor(platform))
        .isPresent();
  }

  /// A pull may take an hour, so a request to stop must reach it.
  private void pull(ImageName image, String platform) throws InterruptedException {
    Optional<RegistryAuth> login = logins.find(image.registry(), sink::warn);
    Cut cut = new Cut(Thread.currentThread());
    stop.onRequest(cut::interrupt);
    try {
      client.images().pull(image, platform, login, _ -> {}, Deadline.within(LONGEST));
    } catch (DockerCutException e) {
      if (stop.isRequested()) {
        throw e;
      }
      var _ = Thread.interrupted();
      throw new InterruptedException(e.getMessage());
    } finally {
      cut.end();
      if (stop.isRequested()) {
        // The flag is the stop's, which has done its work.
        var _ = Thread.interrupted();
      }
    }
  }

  /// Interrupts a thread while it pulls, and never afterwards.
  private static final class Cut {

    private final Thread thread;
    private boolean isOver;

    Cut(Thread thread) {
      this.thread = thread;
    }

    synchronized void interrupt() {
      if (!isOver) {
        thread.interrupt();
      }
    }

    synchronized void end() {
      isOver = true;
    }
  }
}
