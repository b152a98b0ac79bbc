package ofelia.runner;

import ofelia.docker.DockerClient;
import ofelia.docker.DockerRefusedException;

/// What a refusal says about the swarm that an engine belongs to.
final class Swarm {

  private static final int UNAVAILABLE = 503;

  private Swarm() {}

  /// Whether the engine is no manager of a swarm, and so cannot run services.
  static boolean isNoManager(DockerRefusedException refusal) {
    return refusal.status() == UNAVAILABLE && refusal.reason().contains("not a swarm manager");
  }

  /// Whether the engine has left its swarm for good, and the services with it. An engine that is
  /// only starting refuses with the same words.
  static boolean isGone(DockerClient client, DockerRefusedException refusal)
      throws InterruptedException {
    return isNoManager(refusal)
        && Asking.once(() -> client.summary(Asking.soon())).swarm().state().equals("inactive");
  }
}
