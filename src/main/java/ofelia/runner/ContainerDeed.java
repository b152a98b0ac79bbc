package ofelia.runner;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import ofelia.config.ActionKeys;
import ofelia.config.JobKeys;
import ofelia.config.TargetKeys;
import ofelia.docker.Container;
import ofelia.docker.Containers;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.DockerUnreachableException;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.runner.ActionHandle.Before;
import ofelia.runner.ContainerAction.Became;
import ofelia.time.Crew;
import ofelia.time.Signal;
import ofelia.time.Time;
import ofelia.wire.Deadline;

/// One action on one container, from the call to what became of it. Owned by the thread that does
/// it.
///
/// ## Why the engine restarts, and not we
///
/// A signal, a wait and a start could each be called for. But if this daemon died in between, the
/// container would stay down until its next start. The engine, once asked, goes on without anybody.
///
/// ## When nobody heard the answer
///
/// The daemon died, or the connection broke. Then the container itself tells: the instants of its
/// latest start and end are on record from before the call. A start that is newer is that of the
/// restart, so there is never a second one. While there is no trace, the engine may still be
/// waiting for the container to stop, for as long as that may take and no longer: until then one
/// waits, and only then may it be done.
final class ContainerDeed {

  /// How much longer than a container takes to stop an engine may take that is busy.
  static final Duration MARGIN = Duration.ofSeconds(5);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final DockerClient client;
  private final Time time;
  private final Work work;
  private final Before before;
  private final String name;

  /// How long it may take to stop.
  private final Duration grace;

  private final CutCall calls;
  private final Asking asking;

  /// What the job wants, and whom to tell.
  ///
  /// @param run its number, for the names of threads
  /// @param stop heeded; see [Unheeded]
  record Work(String run, ContainerAction action, Settings settings, RunSink sink, Stop stop) {}

  /// In place of a request to stop, for what ends this daemon itself: the end of the daemon asks
  /// all runs to stop, and this one is the cause of it. The next start sees what became of it.
  static final class Unheeded implements Stop {

    @Override
    public boolean isRequested() {
      return false;
    }

    @Override
    public void onRequest(Runnable callback) {
      // There is never one.
    }

    @Override
    public Duration grace() {
      return Duration.ZERO;
    }

    @Override
    public String by() {
      return "nobody";
    }
  }

  /// @param container as it was before, or is by now
  /// @param before how it was before
  ContainerDeed(
      DockerClient client, Time time, Crew crew, Work work, Container container, Before before) {
    this.client = client;
    this.time = time;
    this.work = work;
    this.before = before;
    this.name = container.name();
    this.grace = grace(work.settings, container);
    this.calls = new CutCall(crew, time, "call-" + work.run);
    this.asking = new Asking(time, work.sink);
  }

  /// How long a container may take to stop: what the job says, else what it says itself.
  static Duration grace(Settings settings, Container container) {
    return written(settings).orElseGet(container::stopGrace);
  }

  private static Optional<Duration> written(Settings settings) {
    return settings.isWritten(JobKeys.STOP_TIMEOUT)
        ? settings.find(JobKeys.STOP_TIMEOUT)
        : Optional.empty();
  }

  /// For a container that is already as the action would make it.
  Outcome leave() throws InterruptedException {
    Says.line(work.sink, work.action.already(name));
    return awaitHealth();
  }

  /// Does it.
  Outcome begin() throws InterruptedException {
    try {
      Optional<Boolean> hasChanged = calls.make(this::call, work.stop);
      if (hasChanged.isEmpty()) {
        return cancelled();
      }
      return hasChanged.get() ? done() : leave();
    } catch (DockerRefusedException e) {
      return refused(e);
    } catch (DockerUnreachableException e) {
      return e.requestSent() ? unheard(e) : new Outcome.Broke(told(e));
    }
  }

  /// The engine was asked, and does not take that back.
  private Outcome cancelled() {
    work.sink.mark(work.action.mayGoOn(name));
    return new Outcome.Cancelled(work.stop.by());
  }

  /// @return false when it was so already
  private boolean call() {
    Containers containers = client.containers();
    Deadline whole = Deadline.within(grace.plus(Asking.CALL));
    String id = before.id();
    return switch (work.action) {
      case STOP -> thoughPaused(() -> containers.stop(id, written(work.settings), whole));
      case START -> containers.start(id, Asking.soon());
      case RESTART ->
          thoughPaused(() -> {
            containers.restart(id, grace, whole);
            return true;
          });
      case PAUSE -> {
        containers.pause(id, Asking.soon());
        yield true;
      }
      case UNPAUSE -> {
        containers.unpause(id, Asking.soon());
        yield true;
      }
      case KILL, SIGNAL -> {
        containers.kill(id, work.settings.get(ActionKeys.SIGNAL), Asking.soon());
        yield true;
      }
    };
  }

  /// A Docker Engine has a paused container go on by itself when it stops it. Podman refuses, and
  /// so it is told to. If this daemon dies in between, nothing was done yet, and it is done afresh.
  private boolean thoughPaused(BooleanSupplier call) {
    try {
      return call.getAsBoolean();
    } catch (DockerRefusedException e) {
      if (!e.isConflict() || !look().state().status().equals("paused")) {
        throw e;
      }
      client.containers().unpause(before.id(), Asking.soon());
      return call.getAsBoolean();
    }
  }

  private Outcome done() throws InterruptedException {
    String signal = work.settings.get(ActionKeys.SIGNAL);
    Says.line(
        work.sink,
        work.action == ContainerAction.SIGNAL
            ? "sent " + signal + " to container \"" + name + "\""
            : work.action.done(name));
    return awaitHealth();
  }

  /// The engine said no; what for may be done all the same, by somebody else.
  private Outcome refused(DockerRefusedException refusal) throws InterruptedException {
    if (refusal.isNotFound()) {
      return removed();
    }
    try {
      Container.State now = Asking.once(this::look).state();
      if (work.action.fit(now.status()) == ContainerAction.Fit.ALREADY) {
        return leave();
      }
      boolean isDown = work.action == ContainerAction.RESTART && !now.running();
      return new Outcome.Broke(told(refusal) + (isDown ? "; it does not run now" : ""));
    } catch (DockerException _) {
      // The first refusal says more than this one.
      return new Outcome.Broke(told(refusal));
    }
  }

  /// People know the container by its name, which others may have by now; so the calls do not.
  private String told(DockerException failure) {
    return failure.getMessage().replace(before.id(), name);
  }

  private Outcome removed() {
    return new Outcome.Broke(
        "cannot %s container \"%s\": it was removed meanwhile".formatted(work.action.word(), name));
  }

  /// The engine was asked, and nobody heard its answer.
  private Outcome unheard(DockerUnreachableException e) throws InterruptedException {
    work.sink.warn(told(e));
    Duration longest = work.action.waitsForAStop() ? grace.plus(MARGIN) : MARGIN;
    return settled(longest, () -> new Outcome.Broke(told(e) + "; it was not done"));
  }

  /// Goes on after a crash.
  ///
  /// @param left for how long the engine may still be at it; zero when it cannot be
  Outcome resume(Duration left) throws InterruptedException {
    return settled(
        left,
        () ->
            left.isZero()
                ? new Outcome.Broke(
                    "the daemon died before it came to container \""
                        + name
                        + "\": nothing was done")
                : begin());
  }

  /// What to do when it turns out that nothing was done.
  private interface Otherwise {
    Outcome act() throws InterruptedException;
  }

  private Outcome settled(Duration longest, Otherwise otherwise) throws InterruptedException {
    try {
      Optional<Became> became = settle(longest);
      if (became.isEmpty()) {
        return cancelled();
      }
      return switch (became.get()) {
        case DONE -> done();
        case HALF -> startAgain();
        case UNTOUCHED -> otherwise.act();
        case UNKNOWN ->
            new Outcome.Broke("whether container \"" + name + "\" got the signal is not known");
      };
    } catch (DockerRefusedException e) {
      return e.isNotFound() ? removed() : new Outcome.Broke(told(e));
    }
  }

  /// Waits until it is done, or the engine cannot be at it any more.
  ///
  /// @return empty when the run was stopped meanwhile
  private Optional<Became> settle(Duration longest) throws InterruptedException {
    Signal wake = time.newSignal();
    work.stop.onRequest(wake::raise);
    long from = time.nanos();
    for (Duration pause = FIRST_PAUSE; ; pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE)) {
      Became became = work.action.became(before, asking.untilAnswered(this::look).state());
      Duration left = longest.minusNanos(time.nanos() - from);
      if (became == Became.DONE || became == Became.UNKNOWN || !left.isPositive()) {
        return Optional.of(became);
      }
      if (work.stop.isRequested()) {
        return Optional.empty();
      }
      boolean _ = wake.await(shorter(pause, left));
    }
  }

  /// The engine itself went away between the stop and the start of a restart.
  private Outcome startAgain() throws InterruptedException {
    try {
      boolean _ = asking.untilAnswered(() -> client.containers().start(before.id(), Asking.soon()));
      work.sink.mark("the engine had stopped container \"" + name + "\", and not started it again");
      return done();
    } catch (DockerRefusedException e) {
      return new Outcome.Broke(told(e) + "; it does not run now");
    }
  }

  private Container look() {
    return client.containers().inspect(before.id(), Asking.soon());
  }

  /// Waits, where the job says so, until a container that was started is healthy.
  private Outcome awaitHealth() throws InterruptedException {
    Optional<Duration> longest = work.settings.find(TargetKeys.WAIT_HEALTHY);
    if (longest.isEmpty() || !work.action.starts()) {
      return new Outcome.Succeeded();
    }
    Signal wake = time.newSignal();
    work.stop.onRequest(wake::raise);
    long from = time.nanos();
    try {
      while (true) {
        Container now = asking.untilAnswered(this::look);
        if (!now.state().running()) {
          return new Outcome.Failed(
              1,
              "container \"%s\" ended again, with exit code %d"
                  .formatted(name, now.state().exitCode()));
        }
        Optional<String> illness = Targets.illness(now, name);
        if (illness.isEmpty()) {
          return new Outcome.Succeeded();
        }
        Duration left = longest.get().minusNanos(time.nanos() - from);
        if (!left.isPositive()) {
          return new Outcome.Failed(
              1, "%s, after %d s".formatted(illness.get(), longest.get().toSeconds()));
        }
        if (work.stop.isRequested()) {
          return new Outcome.Cancelled(work.stop.by());
        }
        boolean _ = wake.await(shorter(LONGEST_PAUSE, left));
      }
    } catch (Targets.MistakeException e) {
      return new Outcome.Broke(e.getMessage());
    } catch (DockerRefusedException e) {
      return e.isNotFound() ? removed() : new Outcome.Broke(told(e));
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
