package ofelia.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.config.ActionKeys;
import ofelia.config.ContainerKeys;
import ofelia.config.TargetKeys;
import ofelia.docker.Container;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;
import ofelia.runner.ActionHandle.Before;
import ofelia.runner.ContainerAction.Fit;
import ofelia.time.Crew;
import ofelia.time.Signal;
import ofelia.time.Time;

/// Restarts, stops, starts, pauses and kills containers, which [Targets] finds, and prunes what
/// nothing uses. [ContainerDeed] says what becomes of one container, [Prune] of what is unused.
///
/// Safe for any thread.
public final class ContainerRunner implements Runner {

  /// For how long an engine that is busy may come to a call that a daemon made before it died.
  private static final Duration BELATED = Duration.ofSeconds(2);

  /// How often to look whether a run still keeps a container at a standstill.
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final DockerClient client;
  private final Time time;
  private final Crew crew;
  private final Halts halts;
  private final HeldContainers held;

  /// @param surroundings of that engine: what stands still for runs is let be
  public ContainerRunner(DockerClient client, Surroundings surroundings, Time time, Crew crew) {
    this.client = client;
    this.halts = surroundings.halts;
    this.held = new HeldContainers(client, surroundings.halts);
    this.time = time;
    this.crew = crew;
  }

  @Override
  public JobKind kind() {
    return JobKind.CONTAINER;
  }

  @Override
  public String describe(JobSpec job) {
    Settings settings = job.settings();
    String action = settings.find(ActionKeys.ACTION).orElse("");
    if (action.equals(ActionKeys.Action.PRUNE)) {
      return "prune " + String.join(", ", settings.get(ActionKeys.PRUNE));
    }
    List<String> of = new ArrayList<>();
    settings.find(TargetKeys.TARGET_SERVICE).ifPresent(name -> of.add("service \"" + name + "\""));
    settings.find(TargetKeys.TARGET_IMAGE).ifPresent(name -> of.add("image \"" + name + "\""));
    settings.get(TargetKeys.TARGET_LABEL).forEach(label -> of.add("label \"" + label + "\""));
    Optional<String> container = settings.find(ContainerKeys.CONTAINER);
    return container.isPresent()
        ? action + " container \"" + container.get() + "\""
        : "%s %s of %s"
            .formatted(action, settings.get(TargetKeys.SELECT), String.join(" and ", of));
  }

  @Override
  public boolean canStop() {
    return true;
  }

  @Override
  public boolean canOutlive() {
    return true;
  }

  @Override
  public Outcome run(RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException, DeclinedException {
    Settings settings = request.job().settings();
    try {
      if (settings.get(ActionKeys.ACTION).equals(ActionKeys.Action.PRUNE)) {
        CutCall calls = new CutCall(crew, time, "call-" + request.run());
        return new Prune(client, settings, calls, halts, sink, stop).run();
      }
      return act(request, sink, stop);
    } catch (IOException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    } catch (DockerException e) {
      String action = settings.get(ActionKeys.ACTION);
      String what = action.equals(ActionKeys.Action.PRUNE) ? action : action + " a container";
      return new Outcome.Broke("cannot " + what + ": " + e.getMessage());
    }
  }

  private Outcome act(RunRequest request, RunSink sink, Stop stop)
      throws IOException, InterruptedException, NotOursException, DeclinedException {
    Settings settings = request.job().settings();
    Purpose purpose = new Purpose.Deed(ContainerAction.of(settings), held);
    while (true) {
      List<Targets.Target> targets =
          new Targets(client, time, settings, request.run(), purpose).find(stop);
      List<String> ids = targets.stream().map(Targets.Target::id).toList();
      if (stop.isRequested() || !halts.begin(ids, stop::isRequested)) {
        return new Outcome.Cancelled(stop.by());
      }
      try {
        // Another run may have brought one to a standstill before this one had its turn.
        if (!Asking.once(() -> ids.stream().anyMatch(id -> held.keeper(id).isPresent()))) {
          return act(request, targets, sink, stop);
        }
      } finally {
        halts.end(ids);
      }
    }
  }

  private Outcome act(RunRequest request, List<Targets.Target> targets, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException {
    Settings settings = request.job().settings();
    ContainerAction action = ContainerAction.of(settings);
    List<Container> containers = new ArrayList<>();
    for (Targets.Target target : targets) {
      containers.add(Asking.once(() -> client.containers().inspect(target.id(), Asking.soon())));
    }
    boolean isThere =
        containers.stream().allMatch(each -> action.fit(each.state().status()) == Fit.ALREADY);
    if (!isThere) {
      sink.intend(handle(action, settings, containers).write());
      if (stop.isRequested()) {
        return new Outcome.Cancelled(stop.by());
      }
    }
    return each(
        request,
        containers,
        sink,
        (container, mine) -> {
          var work =
              work(request, action, mine, OwnContainer.isOurs(container.id()) ? UNHEEDED : stop);
          var deed = new ContainerDeed(client, time, crew, work, container, Before.of(container));
          return isThere ? deed.leave() : deed.begin();
        });
  }

  private static final Stop UNHEEDED = new ContainerDeed.Unheeded();

  private static ContainerDeed.Work work(
      RunRequest request, ContainerAction action, RunSink sink, Stop stop) {
    return new ContainerDeed.Work(
        request.run().toString(), action, request.job().settings(), sink, stop);
  }

  private ActionHandle handle(
      ContainerAction action, Settings settings, List<Container> containers) {
    Duration window = BELATED;
    if (action.waitsForAStop()) {
      for (Container container : containers) {
        Duration own = ContainerDeed.grace(settings, container).plus(ContainerDeed.MARGIN);
        window = own.compareTo(window) > 0 ? own : window;
      }
    }
    return new ActionHandle(
        action, time.now(), window, containers.stream().map(Before::of).toList());
  }

  /// Does it to one container in this thread, and to several in threads of their own.
  private Outcome each(
      RunRequest request, List<Container> containers, RunSink sink, Replicas.Work<Container> work)
      throws InterruptedException {
    if (!request.job().settings().get(TargetKeys.SELECT).equals(TargetKeys.Select.ALL)) {
      return work.carryOut(containers.getFirst(), sink);
    }
    List<Targets.Target> targets =
        containers.stream().map(each -> new Targets.Target(each.id(), each.name())).toList();
    return new Replicas(crew, request.run().toString(), sink).carryOut(targets, containers, work);
  }

  /// What has left a trace, or may be under way, is taken up. What has left none is begun afresh,
  /// where it is not too late for that.
  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    if (trace.intent().equals(Prune.HANDLE)) {
      return new Finding.Lost(
          "the daemon went away while it pruned; what was removed by then is not known");
    }
    Optional<ActionHandle> handle = ActionHandle.parse(trace.intent());
    if (handle.isEmpty()) {
      return new Finding.Lost("its record cannot be read: \"" + trace.intent() + "\"");
    }
    Finding finding = new Finding.NotBegun();
    for (Before before : handle.get().befores()) {
      switch (find(handle.get(), before)) {
        case Finding.Found found -> {
          return found;
        }
        case Finding.Lost lost -> finding = lost;
        case Finding.NotBegun(), Finding.Unstarted(_) -> {}
      }
    }
    return finding;
  }

  private Finding find(ActionHandle handle, Before before)
      throws InterruptedException, TryLaterException {
    try {
      Container now = Asking.once(() -> client.containers().inspect(before.id(), Asking.soon()));
      return switch (handle.action().became(before, now.state())) {
        case DONE, HALF -> new Finding.Found();
        case UNTOUCHED ->
            handle.left(time.now()).isZero() ? new Finding.NotBegun() : new Finding.Found();
        case UNKNOWN ->
            new Finding.Lost(
                "the daemon went away when the signal was due; whether container \""
                    + now.name()
                    + "\" got it is not known");
      };
    } catch (DockerException e) {
      if (e.isNotFound()) {
        return new Finding.Lost("its container was removed while the daemon was away");
      }
      throw new TryLaterException(e.getMessage(), e);
    }
  }

  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException {
    ActionHandle handle = ActionHandle.parse(trace.intent()).orElseThrow();
    Asking asking = new Asking(time, sink);
    List<Container> containers = new ArrayList<>();
    for (Before before : handle.befores()) {
      try {
        containers.add(
            asking.untilAnswered(() -> client.containers().inspect(before.id(), Asking.soon())));
      } catch (DockerException e) {
        sink.mark("a container is gone: " + e.getMessage());
      }
    }
    if (containers.isEmpty()) {
      return new Outcome.Broke("its container was removed while the daemon was away");
    }
    List<String> ids = containers.stream().map(Container::id).toList();
    try {
      if (!beginUnkept(ids, asking, sink, stop)) {
        if (!handle.left(time.now()).isZero()) {
          containers.forEach(each -> sink.mark(handle.action().mayGoOn(each.name())));
        }
        return new Outcome.Cancelled(stop.by());
      }
    } catch (DockerRefusedException e) {
      return new Outcome.Broke("it cannot be taken up again: " + e.getMessage());
    }
    try {
      return resume(request, handle, containers, sink, stop);
    } finally {
      halts.end(ids);
    }
  }

  /// Waits for the turn with containers that no run keeps at a standstill. Since this start of the
  /// daemon, one may have brought them to that before it was this run's turn again.
  ///
  /// @return false when the run was stopped before; else the turn has to be ended
  private boolean beginUnkept(List<String> ids, Asking asking, RunSink sink, Stop stop)
      throws InterruptedException {
    Signal wake = time.newSignal();
    stop.onRequest(wake::raise);
    for (boolean hasSaid = false; halts.begin(ids, stop::isRequested); hasSaid = true) {
      boolean isKept = true;
      try {
        isKept =
            asking.untilAnswered(() -> ids.stream().anyMatch(id -> held.keeper(id).isPresent()));
      } finally {
        if (isKept) {
          halts.end(ids);
        }
      }
      if (!isKept) {
        return true;
      }
      if (!hasSaid) {
        sink.warn("its container stands still for another run, and is let be until that has ended");
      }
      boolean _ = wake.await(BETWEEN_LOOKS);
    }
    return false;
  }

  private Outcome resume(
      RunRequest request, ActionHandle handle, List<Container> containers, RunSink sink, Stop stop)
      throws InterruptedException {
    return each(
        request,
        containers,
        sink,
        (container, mine) -> {
          Before before =
              handle.befores().stream()
                  .filter(each -> each.id().equals(container.id()))
                  .findFirst()
                  .orElseThrow();
          var work =
              work(
                  request,
                  handle.action(),
                  mine,
                  OwnContainer.isOurs(container.id()) ? UNHEEDED : stop);
          return new ContainerDeed(client, time, crew, work, container, before)
              .resume(handle.left(time.now()));
        });
  }
}
