package ofelia.runner;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ofelia.config.AroundKeys;
import ofelia.docker.Container;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.model.Key;
import ofelia.model.Settings;

/// Which containers must stand still while a job's work goes on, looked up now.
final class AroundTargets {

  /// So that what finds the run again has room for all of them.
  static final int MOST = 16;

  private static final String SWARM_TASK = "com.docker.swarm.task.id";
  private static final String OFELIA = "ofelia.service";

  private final DockerClient client;

  /// Ways by the containers' ids, in the order in which they come to a standstill.
  private final Map<String, Halt.Way> found = new LinkedHashMap<>();

  private AroundTargets(DockerClient client) {
    this.client = client;
  }

  /// @return ways by the ids of the containers, in the order in which they come to a standstill
  /// @throws AroundException when one is missing, or must not be stopped
  /// @throws DockerException when the engine does not answer
  static Map<String, Halt.Way> find(DockerClient client, Settings settings) throws AroundException {
    AroundTargets targets = new AroundTargets(client);
    targets.addAll(settings, AroundKeys.STOP_DURING_RUN, Halt.Way.STOP);
    targets.addAll(settings, AroundKeys.PAUSE_DURING_RUN, Halt.Way.PAUSE);
    if (targets.found.size() > MOST) {
      throw new AroundException(
          "%d containers would have to stand still, and %d is the most"
              .formatted(targets.found.size(), MOST));
    }
    return targets.found;
  }

  private void addAll(Settings settings, Key<List<String>> key, Halt.Way way)
      throws AroundException {
    for (String written : settings.get(key)) {
      for (String id : ids(written, key)) {
        Halt.Way other = found.putIfAbsent(id, way);
        if (other != null && other != way) {
          throw new AroundException(
              "\"" + written + "\" is to be stopped and to be paused; choose one of them");
        }
      }
    }
  }

  private List<String> ids(String written, Key<?> key) throws AroundException {
    List<ContainerSummary> several;
    if (written.startsWith(AroundKeys.SERVICE)) {
      several = ofService(written.substring(AroundKeys.SERVICE.length()), key);
    } else if (written.startsWith(AroundKeys.LABEL)) {
      String label = written.substring(AroundKeys.LABEL.length());
      several = ContainerSearch.labelled(client, List.of(label));
    } else {
      return List.of(idOf(written, key));
    }
    List<String> ids =
        several.stream()
            .filter(ContainerSearch::isReplica)
            .sorted(Comparator.comparing(ContainerSummary::name))
            .map(ContainerSummary::id)
            .toList();
    if (ids.isEmpty()) {
      throw new AroundException(
          "there is no container for \"" + written + "\"; create it, or correct " + key);
    }
    return ids;
  }

  private List<ContainerSummary> ofService(String service, Key<?> key) throws AroundException {
    try {
      return ContainerSearch.ofService(client, service, List.of());
    } catch (ContainerSearch.AmbiguousException e) {
      throw new AroundException(
          e.getMessage() + "; write " + key + " = " + AroundKeys.SERVICE + e.advice());
    }
  }

  private String idOf(String name, Key<?> key) throws AroundException {
    try {
      return client.containers().inspect(name, Asking.soon()).id();
    } catch (DockerException e) {
      if (e.isNotFound()) {
        throw new AroundException(
            "there is no container \"" + name + "\"; create it, or correct " + key);
      }
      throw e;
    }
  }

  /// @throws AroundException when the container could not be started again after a stop, or not by
  ///   us
  static void requireStoppable(Container container) throws AroundException {
    String cannot = "cannot stop container \"" + container.name() + "\": ";
    Map<String, String> labels = container.config().labels();
    if (container.host().autoRemove()) {
      throw new AroundException(
          cannot + "it is removed when it stops (--rm); pause it, or create it without that");
    }
    if (labels.containsKey(SWARM_TASK)) {
      throw new AroundException(
          cannot + "it belongs to a service of a swarm, which would replace it; pause it");
    }
  }

  /// @throws AroundException when it is the container that this program runs in
  static void requireOther(Container container) throws AroundException {
    boolean isLabelled = "true".equals(container.config().labels().get(OFELIA));
    if (isLabelled || OwnContainer.isOurs(container.id())) {
      throw new AroundException(
          "container \""
              + container.name()
              + "\" is Ofelia's own, which must go on to let others go on");
    }
  }
}
