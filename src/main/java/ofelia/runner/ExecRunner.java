package ofelia.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.config.ContainerKeys;
import ofelia.config.ExecKeys;
import ofelia.config.JobKeys;
import ofelia.config.TargetKeys;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.EventHub;
import ofelia.docker.ExecSpec;
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
import ofelia.time.Crew;
import ofelia.time.Time;

/// Runs commands inside running containers, which [Targets] finds. [ExecFollow] says when a run
/// ends, [ExecLook] whom to believe about its exit code, [ExecStop] how it is ended.
///
/// Safe for any thread.
public final class ExecRunner implements Runner {

  /// How often to look for the containers anew when they go away between two calls.
  private static final int MOST_TRIES = 5;

  /// Before the second of them; longer before each further one.
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final DockerClient client;
  private final EventHub hub;
  private final Endings endings;
  private final ExecMeans means;
  private final Time time;
  private final Crew crew;

  /// @param hub started and closed by its owner
  public ExecRunner(DockerClient client, EventHub hub, Time time, Crew crew) {
    this.client = client;
    this.hub = hub;
    this.endings = Endings.of(hub, time);
    this.means = new ExecMeans(client);
    this.time = time;
    this.crew = crew;
  }

  @Override
  public JobKind kind() {
    return JobKind.EXEC;
  }

  @Override
  public String describe(JobSpec job) {
    return JobProgram.describe(job.settings());
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
    try {
      ExecSpec spec = spec(request, sink);
      long from = time.nanos();
      for (int tries = 1; ; tries++) {
        boolean isLast = tries >= MOST_TRIES && !mayWait(request, from);
        List<ExecHandle> created = new ArrayList<>();
        try {
          Optional<Prepared> prepared = prepare(request, spec, created, sink, stop);
          if (prepared.isEmpty()) {
            return new Outcome.Cancelled(stop.by());
          }
          Optional<Outcome> outcome = begin(prepared.get(), request, sink, stop);
          if (outcome.isPresent()) {
            return outcome.get();
          }
          if (isLast) {
            return new Outcome.Broke(
                "cannot run the command: its container ended at that moment, " + tries + " times");
          }
          sink.rewind();
        } catch (DockerRefusedException e) {
          boolean isUnavailable = e.isConflict() || e.isNotFound();
          boolean isOver = isUnavailable ? isLast : tries >= MOST_TRIES;
          if (isOver || !isForWantOfAContainer(e, created)) {
            throw e;
          }
        }
        var _ = time.newSignal().await(PAUSE.multipliedBy(Math.min(tries, MOST_TRIES)));
      }
    } catch (IOException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    } catch (DockerException e) {
      return new Outcome.Broke("cannot run the command: " + e.getMessage());
    }
  }

  /// Whether the job wants to wait longer for a container. One that is being stopped by Podman
  /// looks as if it ran, and is refused all the same: nobody can see that it is unavailable.
  private boolean mayWait(RunRequest request, long fromNanos) {
    Settings settings = request.job().settings();
    Duration waited = Duration.ofNanos(time.nanos() - fromNanos);
    return settings.get(TargetKeys.WHEN_UNAVAILABLE).equals(TargetKeys.WhenUnavailable.WAIT)
        && waited.compareTo(settings.get(TargetKeys.WAIT_AVAILABLE)) < 0;
  }

  /// Whether the container went away since it was found, so that another may have its name by now,
  /// and nothing was begun.
  private boolean isForWantOfAContainer(DockerRefusedException refusal, List<ExecHandle> created)
      throws InterruptedException {
    if (refusal.isNotFound() || refusal.isConflict()) {
      return true;
    }
    if (!refusal.isServerError()) {
      return false;
    }
    for (ExecHandle handle : created) {
      switch (ExecLook.plain(client, handle)) {
        case ExecLook.NotStarted(), ExecLook.Gone() -> {}
        case ExecLook.Running(), ExecLook.Ended(_, _), ExecLook.Doubtful() -> {
          return false;
        }
      }
    }
    return true;
  }

  /// What is ready to be started.
  private record Prepared(List<Targets.Target> targets, List<ExecHandle> handles) {}

  /// Finds the containers and creates the execs in them.
  ///
  /// @param created gets them
  /// @return empty when the run was stopped meanwhile
  private Optional<Prepared> prepare(
      RunRequest request, ExecSpec spec, List<ExecHandle> created, RunSink sink, Stop stop)
      throws IOException, DeclinedException, InterruptedException {
    Settings settings = request.job().settings();
    Optional<ExecHandle> unseen = createUnseen(request, spec);
    if (unseen.isPresent()) {
      created.add(unseen.get());
      return Optional.of(new Prepared(List.of(), List.copyOf(created)));
    }
    List<Targets.Target> targets =
        new Targets(client, time, settings, request.run(), new Purpose.Command()).find(stop);
    if (stop.isRequested()) {
      return Optional.empty();
    }
    for (Targets.Target target : targets) {
      means.require(target, settings, sink);
    }
    for (Targets.Target target : targets) {
      String execId = Asking.once(() -> client.execs().create(target.id(), spec, Asking.soon()));
      created.add(ExecHandle.in(execId, target.id()));
    }
    return Optional.of(new Prepared(targets, List.copyOf(created)));
  }

  /// Creates the exec by the name of the one container that the job names, where the job wants
  /// nothing else to be known of it: the engine finds it, and refuses where it does not run. To
  /// look at the container first takes about as long as to create the exec.
  ///
  /// @return empty when it must be looked at; also when the engine refused, since only a look shows
  ///   why, and whether to wait
  private Optional<ExecHandle> createUnseen(RunRequest request, ExecSpec spec)
      throws InterruptedException {
    Settings settings = request.job().settings();
    String container = settings.find(ContainerKeys.CONTAINER).orElse("");
    boolean mustLook =
        container.isEmpty()
            || isForAll(request)
            || settings.isWritten(JobKeys.MAX_RUNTIME)
            || settings.isWritten(TargetKeys.WAIT_HEALTHY)
            || !settings.get(ExecKeys.WAIT_HEALTHY_OF).isEmpty();
    if (mustLook) {
      return Optional.empty();
    }
    try {
      String execId = Asking.once(() -> client.execs().create(container, spec, Asking.soon()));
      return Optional.of(ExecHandle.inNamed(execId, container));
    } catch (DockerRefusedException _) {
      return Optional.empty();
    }
  }

  /// Starts what was prepared, and follows it to its end. An exec that is not started needs no
  /// undoing: it is a note in the engine's memory.
  ///
  /// @return empty when it never became a process, because its container ended
  private Optional<Outcome> begin(Prepared prepared, RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException {
    String handle = ExecHandle.write(prepared.handles);
    sink.intend(handle);
    if (stop.isRequested()) {
      return Optional.of(new Outcome.Cancelled(stop.by()));
    }
    if (!isForAll(request)) {
      try (Following one = following(request, prepared.handles.getFirst(), sink, stop)) {
        Outcome outcome = one.follow.start(crew);
        boolean isOver = !one.follow.hasLostItsContainer() || stop.isRequested();
        return isOver ? Optional.of(outcome) : Optional.empty();
      }
    }
    sink.started(handle);
    return Optional.of(
        new Replicas(crew, request.run().toString(), sink)
            .carryOut(
                prepared.targets,
                prepared.handles,
                (each, own) -> startOne(request, each, own, stop)));
  }

  private static boolean isForAll(RunRequest request) {
    return request.job().settings().get(TargetKeys.SELECT).equals(TargetKeys.Select.ALL);
  }

  private Outcome startOne(RunRequest request, ExecHandle handle, RunSink own, Stop stop)
      throws InterruptedException {
    try (Following one = following(request, handle, own, stop)) {
      return one.follow.start(crew);
    } catch (DockerException e) {
      return new Outcome.Broke("cannot run the command: " + e.getMessage());
    }
  }

  /// One exec, and the ending that is expected of it.
  private record Following(ExecFollow follow, Endings.Ending ending) implements AutoCloseable {
    @Override
    public void close() {
      ending.close();
    }
  }

  private Following following(RunRequest request, ExecHandle handle, RunSink sink, Stop stop) {
    Endings.Ending ending = endings.expectIn(handle.container(), handle.execId());
    var follow = new ExecFollow(client, hub, time, request, handle, sink, stop, ending);
    return new Following(follow, ending);
  }

  private ExecSpec spec(RunRequest request, RunSink sink) throws IOException, InterruptedException {
    Settings settings = request.job().settings();
    return ExecSpec.of(JobProgram.required(settings))
        .withEnv(ContainerVariables.of(client, request, sink))
        .withUser(settings.get(ContainerKeys.USER))
        .withWorkingDir(settings.find(ContainerKeys.WORKING_DIR).orElse(""))
        .withTty(settings.get(ContainerKeys.TTY))
        .withPrivileged(settings.get(ExecKeys.PRIVILEGED));
  }

  /// Of several, one that goes on or has ended makes the whole go on: those that were not started
  /// are started then.
  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    List<ExecHandle> handles = handlesOf(trace);
    if (handles.isEmpty()) {
      return new Finding.Lost("its record cannot be read: \"" + trace.intent() + "\"");
    }
    Finding finding = new Finding.NotBegun();
    for (ExecHandle handle : handles) {
      switch (findOne(handle)) {
        case Finding.Found found -> {
          return found;
        }
        case Finding.Lost lost -> finding = lost;
        case Finding.NotBegun(), Finding.Unstarted(_) -> {}
      }
    }
    return finding;
  }

  /// What was learned since the intent is better.
  private static List<ExecHandle> handlesOf(Trace trace) {
    return ExecHandle.parse(trace.started().orElse(trace.intent()));
  }

  private Finding findOne(ExecHandle handle) throws InterruptedException, TryLaterException {
    try {
      return switch (ExecLook.certain(client, handle, time)) {
        case ExecLook.NotStarted() -> new Finding.NotBegun();
        case ExecLook.Running(), ExecLook.Ended(_, _) -> new Finding.Found();
        case ExecLook.Doubtful() ->
            new Finding.Lost("it has ended, and the engine lost its exit code");
        case ExecLook.Gone() -> new Finding.Lost(ExecLook.whyGone(client, handle));
      };
    } catch (DockerException e) {
      throw new TryLaterException(e.getMessage(), e);
    }
  }

  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException {
    List<ExecHandle> handles = handlesOf(trace);
    if (!isForAll(request)) {
      return resumeOne(request, handles.getFirst(), sink, stop);
    }
    List<Targets.Target> targets = new ArrayList<>();
    for (ExecHandle handle : handles) {
      targets.add(new Targets.Target(handle.container(), nameOf(handle.container())));
    }
    return new Replicas(crew, request.run().toString(), sink)
        .carryOut(
            targets,
            handles,
            (handle, own) ->
                isUnstarted(handle)
                    ? startOne(request, handle, own, stop)
                    : resumeOne(request, handle, own, stop));
  }

  private Outcome resumeOne(RunRequest request, ExecHandle handle, RunSink sink, Stop stop)
      throws InterruptedException {
    sink.mark("what it printed while the daemon was away, and since, is not kept by the engine");
    try (Following one = following(request, handle, sink, stop)) {
      return one.follow.resume();
    }
  }

  private boolean isUnstarted(ExecHandle handle) throws InterruptedException {
    try {
      return ExecLook.certain(client, handle, time) instanceof ExecLook.NotStarted;
    } catch (DockerException _) {
      // Whoever follows it asks until the engine answers.
      return false;
    }
  }

  private String nameOf(String containerId) throws InterruptedException {
    try {
      return Asking.once(() -> client.containers().inspect(containerId, Asking.soon())).name();
    } catch (DockerException _) {
      // It is gone, or the engine is away; the beginning of its id names it as well.
      return containerId.substring(0, Math.min(12, containerId.length()));
    }
  }
}
