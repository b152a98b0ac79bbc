package ofelia.runner;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import ofelia.config.RunKeys;
import ofelia.docker.DockerClient;
import ofelia.docker.Filters;
import ofelia.docker.Network;
import ofelia.docker.Networks;
import ofelia.model.Settings;

/// Sees to it that the networks of a job are there, by their exact names, before anything is
/// created.
final class RequiredNetworks {

  /// What is a network's name in a job, and is not to be looked for among the networks.
  private static final Set<String> OF_ENGINES = Set.of("default", "none", "host", "bridge");

  private RequiredNetworks() {}

  /// What is no network's name, such as `container:ID`, is the engine's to judge.
  ///
  /// @throws IOException if one is not there
  static void check(DockerClient client, Settings settings)
      throws IOException, InterruptedException {
    List<String> names =
        settings.get(RunKeys.NETWORK).stream()
            .filter(name -> !name.contains(":") && !OF_ENGINES.contains(name))
            .toList();
    if (names.isEmpty()) {
      return;
    }
    List<Network> networks = Asking.once(() -> client.networks().list(Filters.NONE, Asking.soon()));
    for (String name : names) {
      if (Networks.find(name, networks).isEmpty()) {
        throw new IOException(
            "there is no network \"" + name + "\"; create it, or correct the job's network");
      }
    }
  }
}
