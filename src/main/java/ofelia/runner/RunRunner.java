package ofelia.runner;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ofelia.config.ContainerKeys;
import ofelia.config.PullPolicy;
import ofelia.config.RunKeys;
import ofelia.docker.Container;
import ofelia.docker.ContainerSpec;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.DockerUnreachableException;
import ofelia.docker.EventHub;
import ofelia.docker.Filters;
import ofelia.docker.ImageName;
import ofelia.docker.RegistryLogins;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;
import ofelia.time.Crew;
import ofelia.time.Signal;
import ofelia.time.Time;

/// Runs commands in fresh containers, or starts containers that are there.
///
/// A fresh container is created, its id recorded, and then started; the engine is never asked to
/// remove it by itself, so that its exit code and log outlive both daemons. [ContainerFollow] says
/// what happens until its end; then it is removed with its anonymous volumes, unless the job says
/// `delete = false`. What a crash leaves between creation and record is for [Leftovers].
///
/// A container that was there before is started as it is: nothing can be put into its environment,
/// it is never removed, and of its log only what the run wrote is kept. Safe for any thread.
public final class RunRunner implements Runner {

  /// How long to try to remove a container that has ended; the next start of the daemon removes
  /// what is left then.
  private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(20);

  private static final Duration PAUSE = Duration.ofMillis(500);

  /// States of a container that nothing is done with any more, unless a run follows it.
  private static final Set<String> IDLE = Set.of("created", "exited", "dead");

  private final DockerClient client;
  private final EventHub hub;
  private final RegistryLogins logins;
  private final Maker maker;
  private final Endings endings;
  private final DefaultLog defaultLog;
  private final Time time;
  private final Crew crew;

  /// Ids of the containers that a run follows, or will when it is taken up.
  private final Set<String> followed = ConcurrentHashMap.newKeySet();

  /// @param hub started and closed by its owner
  public RunRunner(
      DockerClient client, EventHub hub, RegistryLogins logins, Maker maker, Time time, Crew crew) {
    this.client = client;
    this.hub = hub;
    this.logins = logins;
    this.maker = maker;
    this.endings = Endings.of(hub, time);
    this.defaultLog = DefaultLog.of(hub);
    this.time = time;
    this.crew = crew;
  }

  @Override
  public JobKind kind() {
    return JobKind.RUN;
  }

  @Override
  public String describe(JobSpec job) {
    String command = JobProgram.describe(job.settings());
    String container = job.settings().find(ContainerKeys.CONTAINER).orElse("");
    if (!container.isEmpty()) {
      return "container \"" + container + "\"";
    }
    String image = job.settings().find(RunKeys.IMAGE).orElse("");
    return command.isEmpty() ? "image \"" + image + "\"" : command;
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
      throws InterruptedException, NotOursException {
    Settings settings = request.job().settings();
    String container = settings.find(ContainerKeys.CONTAINER).orElse("");
    try {
      return container.isEmpty()
          ? runFresh(request, sink, stop)
          : runExisting(container, request, sink, stop);
    } catch (DockerException e) {
      return stop.isRequested()
          ? new Outcome.Cancelled(stop.by())
          : new Outcome.Broke(cannotBegin(settings, e));
    } catch (IOException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    }
  }

  private static String cannotBegin(Settings settings, DockerException e) {
    String container = settings.find(ContainerKeys.CONTAINER).orElse("");
    if (!container.isEmpty()) {
      return "cannot start container \"" + container + "\": " + e.getMessage();
    }
    String image = settings.find(RunKeys.IMAGE).orElse("");
    String advice =
        e.what().startsWith("pull ")
            ? "; check its name, or load it by hand where this engine reaches no registry"
            : "";
    return "cannot start a container for image \"" + image + "\": " + e.getMessage() + advice;
  }

  private Outcome runFresh(RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException, IOException {
    Settings settings = request.job().settings();
    ImageName image = ContainerPlan.image(settings);
    RequiredNetworks.check(client, settings);
    List<String> env = ContainerVariables.of(client, request, sink);
    ContainerSpec spec = ContainerPlan.spec(request, image.toString(), env, maker, time.now());
    Optional<String> created = createWithImage(request, image, spec, sink, stop);
    if (created.isEmpty()) {
      return new Outcome.Cancelled(stop.by());
    }
    String container = created.get();
    connect(container, settings, sink);
    RunHandle handle = RunHandle.fresh(container);
    var task = new ContainerFollow.Task(request.run().toString(), settings, handle, sink, stop);
    followed.add(container);
    try (Endings.Ending ending = endings.expect(container)) {
      var follow = new ContainerFollow(client, hub, time, crew, task, ending);
      String logDriver = settings.find(RunKeys.LOG_DRIVER).orElse("");
      if (logDriver.isEmpty() && defaultLog.isKnownToBeKept()) {
        follow.isMadeWithALog(settings.get(ContainerKeys.TTY));
      }
      int subscription = defaultLog.subscription();
      if (!begin(follow, task)) {
        return new Outcome.Cancelled(stop.by());
      }
      Outcome outcome = follow.toTheEnd();
      if (logDriver.isEmpty() && follow.keepsItsLog()) {
        defaultLog.learn(subscription);
      }
      tidy(settings, handle, sink);
      return outcome;
    } finally {
      followed.remove(container);
    }
  }

  /// Follows a container that somebody else made and started for a run, and removes it at its end.
  Outcome follow(RunRequest request, String container, RunSink sink, Stop stop)
      throws InterruptedException {
    Settings settings = request.job().settings();
    RunHandle handle = RunHandle.fresh(container);
    sink.started(handle.write());
    var task = new ContainerFollow.Task(request.run().toString(), settings, handle, sink, stop);
    followed.add(container);
    try (Endings.Ending ending = endings.expect(container)) {
      Outcome outcome = new ContainerFollow(client, hub, time, crew, task, ending).toTheEnd();
      tidy(settings, handle, sink);
      return outcome;
    } finally {
      followed.remove(container);
    }
  }

  /// Records the intent and starts a fresh container; one that is not started is removed.
  ///
  /// @return false when it shall not be started any more
  private boolean begin(ContainerFollow follow, ContainerFollow.Task task)
      throws InterruptedException, NotOursException {
    String container = task.handle().containerId();
    try {
      task.sink().intend(task.handle().write());
      if (!task.stop().isRequested() && follow.start() instanceof ContainerFollow.Start.Done) {
        return true;
      }
    } catch (NotOursException | DockerException e) {
      remove(container, task.sink());
      throw e;
    }
    remove(container, task.sink());
    return false;
  }

  /// The engine takes one network at the creation, older ones no more than that.
  ///
  /// @throws DockerException when it refuses; the container is removed then
  private void connect(String container, Settings settings, RunSink sink)
      throws InterruptedException {
    try {
      for (String network : settings.get(RunKeys.NETWORK).stream().skip(1).toList()) {
        Asking.once(() -> {
          client.networks().connect(network, container, Asking.soon());
          return true;
        });
      }
    } catch (DockerException e) {
      remove(container, sink);
      throw e;
    }
  }

  /// Creates the container, and sees to its image. Where any will do that is there, that is only
  /// looked for when the engine does not find it.
  ///
  /// @return empty when it was stopped meanwhile
  private Optional<String> createWithImage(
      RunRequest request, ImageName image, ContainerSpec spec, RunSink sink, Stop stop)
      throws IOException, InterruptedException {
    Settings settings = request.job().settings();
    PullPolicy policy = settings.get(RunKeys.PULL);
    if (policy != PullPolicy.ALWAYS && spec.platform().isEmpty()) {
      try {
        return Optional.of(create(request, spec, sink));
      } catch (DockerRefusedException e) {
        if (!e.isNotFound()) {
          throw e;
        }
      }
    }
    new ImagePull(client, ImagePull.loginsOf(settings, logins), sink, stop)
        .require(image, spec.platform(), policy);
    return stop.isRequested() ? Optional.empty() : Optional.of(create(request, spec, sink));
  }

  /// @return the container's id
  private String create(RunRequest request, ContainerSpec spec, RunSink sink)
      throws IOException, InterruptedException {
    String name = ContainerPlan.name(request);
    try {
      return createOnce(name, spec, sink);
    } catch (DockerUnreachableException e) {
      if (e.requestSent()) {
        removeUnstarted(request, sink);
      }
      throw e;
    } catch (DockerException e) {
      // An earlier daemon may have died between creating this very run's container and recording
      // it.
      if (!e.isConflict()) {
        throw e;
      }
      if (!removeUnstarted(request, sink) && !vacate(name, request, sink)) {
        // Listed is only what is wholly made.
        throw new IOException(
            "the name \""
                + name
                + "\" may belong to a container that is just being made or removed: "
                + e.getMessage(),
            e);
      }
      return createOnce(name, spec, sink);
    }
  }

  /// Removes the container that an earlier run left under a name.
  ///
  /// @return false when nobody has the name
  /// @throws IOException when it is not ours to remove, or still in use
  private boolean vacate(String name, RunRequest request, RunSink sink)
      throws IOException, InterruptedException {
    Filters similar = Filters.NONE.with("name", name);
    Optional<ContainerSummary> owner =
        Asking.once(() -> client.containers().list(true, similar, Asking.soon())).stream()
            .filter(container -> container.names().contains(name))
            .findFirst();
    if (owner.isEmpty()) {
      return false;
    }
    Optional<RunId> run = RunId.parse(owner.get().labels().getOrDefault(ContainerPlan.RUN, ""));
    if (run.filter(request.run()::isOfSameStoreAs).isEmpty()
        || Inherited.isRunOf(client, owner.get())) {
      throw new IOException(
          "the name \""
              + name
              + "\" belongs to a container that is not this Ofelia's ("
              + owner.get().image()
              + ", "
              + owner.get().state()
              + "); remove or rename it, or choose another container-name");
    }
    if (followed.contains(owner.get().id()) || !IDLE.contains(owner.get().state())) {
      throw new IOException(
          "the name \""
              + name
              + "\" belongs to the container of run "
              + run.get()
              + ", which is not over; write no-overlap = true, or leave container-name out");
    }
    remove(owner.get().id(), sink);
    return true;
  }

  private String createOnce(String name, ContainerSpec spec, RunSink sink)
      throws InterruptedException {
    var created = Asking.once(() -> client.containers().create(name, spec, Asking.soon()));
    created.warnings().forEach(sink::warn);
    return created.id();
  }

  /// @return whether there was anything to remove
  boolean removeUnstarted(RunRequest request, RunSink sink) throws InterruptedException {
    List<ContainerSummary> found;
    try {
      found = Asking.once(() -> containersOf(request));
    } catch (DockerException e) {
      sink.warn("a container may be left behind until the next start: " + e.getMessage());
      return false;
    }
    for (ContainerSummary container : found) {
      if (container.state().equals("created")) {
        remove(container.id(), sink);
      }
    }
    return !found.isEmpty();
  }

  List<ContainerSummary> containersOf(RunRequest request) {
    Filters ours = Filters.NONE.with("label", ContainerPlan.RUN + "=" + request.run());
    return client.containers().list(true, ours, Asking.soon());
  }

  /// One run of a container at a time: each start is that of one run.
  private Outcome runExisting(String name, RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException, IOException {
    Signal pause = time.newSignal();
    stop.onRequest(pause::raise);
    while (!stop.isRequested()) {
      Container container = Asking.once(() -> client.containers().inspect(name, Asking.soon()));
      if (container.state().running()) {
        throw runsAlready(name);
      }
      if (followed.add(container.id())) {
        try {
          return runExisting(container, name, request, sink, stop);
        } finally {
          followed.remove(container.id());
        }
      }
      // Another run is about to start it, or to read the last of its output.
      var _ = pause.await(PAUSE);
    }
    return new Outcome.Cancelled(stop.by());
  }

  private static IOException runsAlready(String name) {
    return new IOException(
        "cannot start container \""
            + name
            + "\": it runs already; use job-exec to run a command"
            + " in it");
  }

  private Outcome runExisting(
      Container container, String name, RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException, IOException {
    Instant since = Asking.once(() -> client.summary(Asking.soon())).time().orElseGet(time::now);
    var existing = new RunHandle.Existing(since, container.state().startedText());
    RunHandle handle = RunHandle.of(container.id(), existing);
    sink.intend(handle.write());
    var task =
        new ContainerFollow.Task(
            request.run().toString(), request.job().settings(), handle, sink, stop);
    try (Endings.Ending ending = expect(handle)) {
      var follow = new ContainerFollow(client, hub, time, crew, task, ending);
      return switch (follow.start()) {
        case ContainerFollow.Start.ByOthers() -> throw runsAlready(name);
        case ContainerFollow.Start.NotAnyMore() -> new Outcome.Cancelled(stop.by());
        case ContainerFollow.Start.Refused(var why) -> throw why;
        case ContainerFollow.Start.Done() -> follow.toTheEnd();
      };
    }
  }

  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    Optional<RunHandle> parsed = RunHandle.parse(trace.started().orElse(trace.intent()));
    if (parsed.isEmpty()) {
      return new Finding.Lost("its record cannot be read: \"" + trace.intent() + "\"");
    }
    RunHandle handle = parsed.get();
    if (handle.end().isPresent()) {
      return new Finding.Found();
    }
    try {
      Container container =
          Asking.once(() -> client.containers().inspect(handle.containerId(), Asking.soon()));
      return found(handle, container);
    } catch (DockerException e) {
      if (e.isNotFound()) {
        return handle.isUnstarted()
            ? new Finding.NotBegun()
            : new Finding.Lost(
                trace.started().isPresent()
                    ? "its container was removed while the daemon was away"
                    : "its container is gone, and whether it was started is not known");
      }
      throw new TryLaterException(e.getMessage(), e);
    }
  }

  private Finding found(RunHandle handle, Container container) throws InterruptedException {
    boolean isFresh = handle.existing().isEmpty();
    if (isFresh && container.state().status().equals("created")) {
      if (!handle.isUnstarted()) {
        return new Finding.Unstarted(handle.unstarted().write());
      }
      // Not by force: an engine that hung may start it even now, and then it will not have this.
      Asking.once(() -> {
        client.containers().remove(container.id(), false, true, Asking.soon());
        return true;
      });
      return new Finding.NotBegun();
    }
    boolean isOfBefore =
        handle
            .existing()
            .filter(e -> e.startedBefore().equals(container.state().startedText()))
            .isPresent();
    if (isOfBefore) {
      return new Finding.NotBegun();
    }
    followed.add(container.id());
    return new Finding.Found();
  }

  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException {
    Settings settings = request.job().settings();
    RunHandle handle = RunHandle.parse(trace.started().orElse(trace.intent())).orElseThrow();
    boolean isFresh = handle.existing().isEmpty();
    if (handle.end().isPresent()) {
      // All output had been read before this was recorded.
      if (isFresh) {
        tidy(settings, handle, sink);
      }
      return stop.isRequested()
          ? new Outcome.Cancelled(stop.by())
          : ContainerFollow.outcomeOf(handle.end().get());
    }
    var task = new ContainerFollow.Task(request.run().toString(), settings, handle, sink, stop);
    try (Endings.Ending ending = expect(handle)) {
      var follow = new ContainerFollow(client, hub, time, crew, task, ending);
      Outcome outcome = follow.toTheEndAgain();
      if (isFresh) {
        tidy(settings, handle, sink);
      }
      return outcome;
    } finally {
      followed.remove(handle.containerId());
    }
  }

  private Endings.Ending expect(RunHandle handle) {
    Instant start = handle.existing().map(RunHandle.Existing::since).orElse(Instant.MIN);
    return endings.expectAfter(handle.containerId(), start);
  }

  private void tidy(Settings settings, RunHandle handle, RunSink sink) throws InterruptedException {
    if (settings.get(RunKeys.DELETE)) {
      remove(handle.containerId(), sink);
    }
  }

  /// Removes a container that does not run, with its anonymous volumes.
  private void remove(String containerId, RunSink sink) throws InterruptedException {
    Signal pause = time.newSignal();
    long begun = time.nanos();
    while (true) {
      try {
        var _ =
            Asking.once(() -> {
              client.containers().remove(containerId, false, true, Asking.soon());
              return true;
            });
        return;
      } catch (DockerException e) {
        if (e.isNotFound()) {
          return;
        }
        if (time.nanos() - begun > LONGEST_REMOVAL.toNanos()) {
          sink.warn("a container is left behind until the next start: " + e.getMessage());
          return;
        }
      }
      var _ = pause.await(PAUSE);
    }
  }
}
