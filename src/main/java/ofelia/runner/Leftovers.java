package ofelia.runner;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
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
  /// @param mayBeOf whether the history knows the run, and the container was made in its time
  /// @param isTakenUp whether a run recorded an intent and is still open: its container is found by
  ///   [RunRunner#find]
  /// @return how many were removed
  /// @throws DockerException when the engine does not answer
  public static int remove(
      DockerClient client,
      RunId ours,
      BiPredicate<RunId, Instant> mayBeOf,
      Predicate<RunId> isTakenUp)
      throws InterruptedException {
    Filters labelled = Filters.NONE.with("label", ContainerPlan.RUN);
    int removed = 0;
    for (ContainerSummary container :
        Asking.once(() -> client.containers().list(true, labelled, Asking.soon()))) {
      Optional<RunId> run = RunId.parse(container.labels().getOrDefault(ContainerPlan.RUN, ""));
      boolean isLeft =
          run.isPresent()
              && run.get().isOfSameStoreAs(ours)
              && mayBeOf.test(run.get(), container.created())
              && !isTakenUp.test(run.get())
              && isRemovable(container);
      if (isLeft && removed(client, container)) {
        removed++;
      }
    }
    return removed + removeServices(client, ours, mayBeOf, isTakenUp);
  }

  private static int removeServices(
      DockerClient client,
      RunId ours,
      BiPredicate<RunId, Instant> mayBeOf,
      Predicate<RunId> isTakenUp)
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
              && mayBeOf.test(run.get(), Instant.MIN)
              && !isTakenUp.test(run.get())
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
