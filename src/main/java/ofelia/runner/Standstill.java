package ofelia.runner;

import java.time.Duration;
import java.util.Optional;
import ofelia.config.AroundKeys;
import ofelia.docker.Container;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerRefusedException;
import ofelia.model.Settings;
import ofelia.wire.Deadline;

/// Brings containers to a standstill, and lets them go on: one look and what follows from it, so
/// that each call may be repeated.
///
/// All calls throw [ofelia.docker.DockerException] when the engine does not answer.
final class Standstill {

  /// For a container that is never to be forced.
  private static final Duration LONGEST_STOP = Duration.ofHours(1);

  private final DockerClient client;

  Standstill(DockerClient client) {
    this.client = client;
  }

  /// What came of an attempt to let a container go on.
  sealed interface Released {
    record Done() implements Released {}

    /// It goes on already, or never will.
    record Unneeded(String why) implements Released {}

    /// Another attempt may help.
    record Refused(String why) implements Released {}
  }

  Container inspect(String id) {
    return client.containers().inspect(id, Asking.soon());
  }

  /// Brings a container to a standstill, unless it stands still already.
  ///
  /// @return the same, by the start that was its last
  /// @throws AroundException when the engine refuses, or it does not stay that way: nothing of the
  ///   call is at work any more
  Halt bring(Halt halt, Settings settings) throws AroundException {
    Container before = inspect(halt.id());
    if (goesOn(before, halt.way())) {
      try {
        bring(halt, before, settings);
      } catch (DockerRefusedException e) {
        if (e.status() >= 502 && e.status() <= 504) {
          // Of something before the engine, which may well go on with it.
          throw e;
        }
        throw new AroundException(
            "cannot %s container \"%s\": %s".formatted(halt.way().word, halt.name(), why(e)));
      }
    }
    Container now = inspect(halt.id());
    if (goesOn(now, halt.way())) {
      throw new AroundException(
          "container \""
              + halt.name()
              + "\" goes on right after it was "
              + halt.way().done
              + ": something else sees to that");
    }
    return halt.startedAt(now.state().startedText());
  }

  private void bring(Halt halt, Container container, Settings settings) {
    switch (halt.way()) {
      case STOP -> {
        Optional<Duration> grace = settings.find(AroundKeys.STOP_DURING_RUN_TIMEOUT);
        Duration longest = grace.orElse(container.stopGrace());
        Deadline deadline = Deadline.within(shorter(longest, LONGEST_STOP).plus(Asking.CALL));
        var _ = client.containers().stop(halt.id(), grace, deadline);
      }
      case PAUSE -> client.containers().pause(halt.id(), Asking.soon());
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /// Whether a container does what it would not do after it was brought to a standstill.
  static boolean goesOn(Container container, Halt.Way way) {
    return switch (container.state().status()) {
      case "running", "restarting" -> true;
      case "paused" -> way == Halt.Way.STOP;
      default -> false;
    };
  }

  /// Lets a container go on, if it stands still since it was brought to that.
  ///
  /// @param isUncertain whether the call that brought it to a standstill may still be at work in
  ///   the engine: then that is awaited first by making it once more
  Released release(Halt halt, boolean isUncertain, Settings settings) {
    Container container;
    try {
      container = inspect(halt.id());
    } catch (DockerRefusedException e) {
      if (e.isServerError()) {
        throw e;
      }
      return e.isNotFound() ? new Released.Unneeded("was removed meanwhile") : refused(e);
    }
    if (!container.state().startedText().equals(halt.started())) {
      return new Released.Unneeded("was started by somebody else");
    }
    boolean goesOn = goesOn(container, halt.way());
    if (goesOn && !isUncertain) {
      return new Released.Unneeded("goes on already");
    }
    try {
      if (goesOn) {
        bring(halt, container, settings);
      }
      return switch (halt.way()) {
        case STOP -> start(halt);
        case PAUSE -> unpause(halt, goesOn || container.state().status().equals("paused"));
      };
    } catch (DockerRefusedException e) {
      // The engine blames itself for nearly all that keeps a container from starting.
      return refused(e);
    }
  }

  private static Released refused(DockerRefusedException e) {
    return new Released.Refused(why(e));
  }

  /// In the engine's own words, for whoever knows the container by its name; but a call that a
  /// filter refuses is to be named.
  private static String why(DockerRefusedException e) {
    return e.isServerError() || e.isConflict() ? e.reason() : e.getMessage();
  }

  private Released start(Halt halt) {
    var _ = client.containers().start(halt.id(), Asking.soon());
    return new Released.Done();
  }

  private Released unpause(Halt halt, boolean isPaused) {
    if (!isPaused) {
      return new Released.Unneeded("ended while it was paused");
    }
    client.containers().unpause(halt.id(), Asking.soon());
    return new Released.Done();
  }

  /// Why a container that was started again is not healthy yet; empty when it is, or has no health
  /// check.
  ///
  /// @throws AroundException when it has ended
  static Optional<String> illness(Container container) throws AroundException {
    if (!container.state().running()) {
      throw new AroundException(
          "container \"%s\" ended with exit code %d after it was started again"
              .formatted(container.name(), container.state().exitCode()));
    }
    return container.state().healthStatus().filter(status -> !status.equals("healthy"));
  }
}
