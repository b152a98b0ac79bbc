package ofelia.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.Filters;

/// Looks for containers by what they are.
final class ContainerSearch {

  private static final String PROJECT = "com.docker.compose.project";
  private static final String SERVICE = "com.docker.compose.service";
  private static final String ONE_OFF = "com.docker.compose.oneoff";
  private static final String SWARM_SERVICE = "com.docker.swarm.service.name";

  private ContainerSearch() {}

  /// Several projects have a service of that name.
  static final class AmbiguousException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String advice;

    AmbiguousException(Set<String> projects, String service) {
      super("the projects " + String.join(", ", projects) + " have a service \"" + service + "\"");
      advice = projects.iterator().next() + "/" + service;
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }

    /// What to write in place of the service's name, for example.
    String advice() {
      return advice;
    }
  }

  /// Whether it is one of those that a service or a person keeps, and not one that a one-off
  /// command of Compose or the run of a job made.
  static boolean isReplica(ContainerSummary container) {
    return !container.labels().getOrDefault(ONE_OFF, "").equalsIgnoreCase("true")
        && !container.labels().containsKey(ContainerPlan.RUN);
  }

  /// Containers with all of the labels, `name` or `name=value`, in any state.
  static List<ContainerSummary> labelled(DockerClient client, List<String> labels) {
    Filters filters = Filters.NONE;
    for (String label : labels) {
      filters = filters.with("label", label);
    }
    return client.containers().list(true, filters, Asking.soon());
  }

  /// Containers of a service of Compose, or of Swarm, in any state.
  ///
  /// @param written `service`, or `project/service`
  /// @param more labels that they have as well
  static List<ContainerSummary> ofService(DockerClient client, String written, List<String> more)
      throws AmbiguousException {
    int slash = written.indexOf('/');
    String service = written.substring(slash + 1);
    List<String> labels = new ArrayList<>(more);
    labels.add(SERVICE + "=" + service);
    if (slash >= 0) {
      labels.add(PROJECT + "=" + written.substring(0, slash));
    }
    List<ContainerSummary> found = labelled(client, labels);
    if (found.isEmpty()) {
      // A stack of Swarm joins its name and the service's by an underscore.
      List<String> swarm = new ArrayList<>(more);
      swarm.add(SWARM_SERVICE + "=" + written.replace('/', '_'));
      return labelled(client, swarm);
    }
    Set<String> projects = new TreeSet<>();
    found.forEach(each -> projects.add(each.labels().getOrDefault(PROJECT, "")));
    if (projects.size() > 1) {
      throw new AmbiguousException(projects, service);
    }
    return found;
  }
}
