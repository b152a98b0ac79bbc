package ofelia.runner;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.model.RunId;

/// Which containers of an engine still are as runs have brought them to a standstill, for work that
/// must let them be. Safe for any thread.
final class HeldContainers {

  private final DockerClient client;
  private final Halts halts;

  HeldContainers(DockerClient client, Halts halts) {
    this.client = client;
    this.halts = halts;
  }

  /// The standstill of a container, also of one that nobody could let go on yet. The engine is
  /// asked only about those that runs have touched.
  ///
  /// @throws DockerException when the engine does not answer
  Optional<Halt> find(String id) {
    return halts.find(id).isEmpty() ? Optional.empty() : halts.find(id, started(id));
  }

  /// A run that needs the container to stand still.
  ///
  /// @throws DockerException when the engine does not answer
  Optional<RunId> keeper(String id) {
    return find(id).flatMap(halts::keeper);
  }

  /// Those that somebody else has started or removed since.
  ///
  /// @throws DockerException when the engine does not answer
  Set<Halt> over() {
    Set<Halt> over = new HashSet<>();
    for (Halt halt : halts.all()) {
      if (!started(halt.id()).equals(halt.started())) {
        over.add(halt);
      }
    }
    return over;
  }

  /// @return no instant for one that is gone
  private String started(String id) {
    try {
      return client.containers().inspect(id, Asking.soon()).state().startedText();
    } catch (DockerException e) {
      if (e.isNotFound()) {
        return "gone";
      }
      throw e;
    }
  }
}
