package ofelia.runner;

import java.time.Duration;
import java.util.Optional;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerCutException;
import ofelia.docker.DockerException;
import ofelia.docker.ImageName;
import ofelia.docker.RegistryAuth;
import ofelia.docker.RegistryLogins;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.wire.Deadline;

/// Sees to it that the engine has an image, by the pull policy of the Go Ofelia (compatibility
/// reference, section 7.4).
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

  /// @param pullFirst whether to pull although the engine has it; the local one then serves when
  ///   the pull fails
  /// @throws DockerException when the engine does not have it and cannot pull it; also when a
  ///   request to stop cut the pull
  void require(ImageName image, boolean pullFirst) throws InterruptedException {
    if (!pullFirst && isLocal(image)) {
      return;
    }
    try {
      pull(image);
    } catch (DockerException e) {
      if (stop.isRequested() || !isLocal(image)) {
        throw e;
      }
      sink.warn("the local image is used: " + e.getMessage());
    }
  }

  private boolean isLocal(ImageName image) throws InterruptedException {
    return Asking.once(() -> client.images().find(image.toString(), Asking.soon())).isPresent();
  }

  /// A pull may take an hour, so a request to stop must reach it.
  private void pull(ImageName image) throws InterruptedException {
    Optional<RegistryAuth> login = logins.find(image.registry(), sink::warn);
    Cut cut = new Cut(Thread.currentThread());
    stop.onRequest(cut::interrupt);
    try {
      client.images().pull(image, login, _ -> {}, Deadline.within(LONGEST));
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
