package ofelia.runner;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.Filters;
import ofelia.docker.Service;
import ofelia.model.RunId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Containers and services that a daemon made and did not live to record, start or remove.
public final class Leftovers {

  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

  /// What the history knows of runs.
  public interface Known {

    /// Whether it has the run on record.
    boolean has(RunId run);

    /// Whether it has the run on record, and a container or service made then may be that of it.
    boolean mayBeOf(RunId run, Instant created);

    /// Whether a run recorded an intent and is still open: its container is found by
    /// [RunRunner#find].
    boolean isTakenUp(RunId run);

    /// What the run recorded by which its work can be found.
    Set<String> handles(RunId run);
  }

  private Leftovers() {}

  /// Removes what no run needs any more: containers of this store's runs that were never started,
  /// and those that have ended and were to be removed. Containers that run are left alone, and so
  /// is everything of other stores. Services go whether they have ended or not, once nobody follows
  /// them. To be called at the start, before any run begins.
  ///
  /// A label alone proves nothing: an image made of a container (`docker commit`) hands it on, and
  /// anybody can write one. So the image and the history are asked, too.
  ///
  /// @param ours any run of this store
  /// @return how many were removed
  /// @throws DockerException when the engine does not answer
  public static int remove(DockerClient client, RunId ours, Known known)
      throws InterruptedException {
    Filters labelled = Filters.NONE.with("label", ContainerPlan.RUN);
    int removed = 0;
    for (ContainerSummary container :
        Asking.once(() -> client.containers().list(true, labelled, Asking.soon()))) {
      Optional<RunId> run = RunId.parse(container.labels().getOrDefault(ContainerPlan.RUN, ""));
      boolean isLeft =
          run.isPresent()
              && run.get().isOfSameStoreAs(ours)
              && (known.mayBeOf(run.get(), container.created())
                  || isOfNoRun(container, run.get(), known))
              && !known.isTakenUp(run.get())
              && isRemovable(container)
              && isOnRecord(container, known.handles(run.get()));
      if (isLeft && removed(client, container)) {
        removed++;
      }
    }
    return removed + removeServices(client, ours, known);
  }

  /// A claim that is withdrawn leaves no record. Its container may be there all the same, where an
  /// engine was still busy with it when the daemon died; but nobody has started it.
  private static boolean isOfNoRun(ContainerSummary container, RunId run, Known known) {
    return container.state().equals("created") && !known.has(run);
  }

  /// A container that was started is on record before. Where the run recorded others, one that is
  /// not among them is a copy that somebody made with all its labels. A run of Compose whose daemon
  /// died at once recorded none.
  private static boolean isOnRecord(ContainerSummary container, Set<String> handles) {
    List<String> ids = containers(handles);
    return ids.isEmpty() || container.state().equals("created") || ids.contains(container.id());
  }

  /// Whether what a run recorded names its work, and not only what stands still for that.
  public static boolean nameWork(Set<String> handles) {
    return handles.isEmpty()
        || handles.stream()
            .map(EngineRunner::bare)
            .map(AroundHandle::bare)
            .anyMatch(handle -> !handle.isEmpty());
  }

  /// The ids in handles of runs, whichever engine these were on and whatever stood still for them.
  static List<String> containers(Set<String> handles) {
    return handles.stream()
        .map(EngineRunner::bare)
        .map(AroundHandle::bare)
        .flatMap(handle -> RunHandle.parse(handle).stream())
        .map(RunHandle::containerId)
        .filter(id -> CONTAINER_ID.matcher(id).matches())
        .toList();
  }

  private static int removeServices(DockerClient client, RunId ours, Known known)
      throws InterruptedException {
    Filters labelled = Filters.NONE.with("label", ContainerPlan.RUN);
    List<Service> services;
    try {
      services = Asking.once(() -> client.services().list(labelled, Asking.soon()));
    } catch (DockerRefusedException _) {
      // Not a manager of a swarm, as most engines, or a proxy keeps them from us: then no run had
      // any.
      return 0;
    }
    int removed = 0;
    for (Service service : services) {
      Optional<RunId> run = RunId.parse(service.labels().getOrDefault(ContainerPlan.RUN, ""));
      boolean isLeft =
          run.isPresent()
              && run.get().isOfSameStoreAs(ours)
              && known.mayBeOf(run.get(), Instant.MIN)
              && !known.isTakenUp(run.get())
              && !ContainerPlan.isKept(service.labels());
      if (isLeft && removed(client, service)) {
        removed++;
      }
    }
    return removed;
  }

  private static boolean removed(DockerClient client, Service service) throws InterruptedException {
    try {
      return Asking.once(() -> {
        client.services().remove(service.id(), Asking.soon());
        LOG.info("Removed service \"{}\", left by an earlier start", service.name());
        return true;
      });
    } catch (DockerException e) {
      LOG.warn("A service of an earlier start stays: {}", e.getMessage());
      return false;
    }
  }

  private static boolean isRemovable(ContainerSummary container) {
    return switch (container.state()) {
      case "created" -> true;
      case "exited", "dead" -> !ContainerPlan.isKept(container.labels());
      default -> false;
    };
  }

  private static boolean removed(DockerClient client, ContainerSummary container)
      throws InterruptedException {
    try {
      if (Inherited.isRunOf(client, container)) {
        return false;
      }
      return Asking.once(() -> {
        client.containers().remove(container.id(), false, true, Asking.soon());
        LOG.info("Removed container \"{}\", left by an earlier start", container.name());
        return true;
      });
    } catch (DockerException e) {
      LOG.warn("A container of an earlier start stays: {}", e.getMessage());
      return false;
    }
  }
}
