package ofelia.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import ofelia.config.RunKeys;
import ofelia.docker.ApiVersion;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.DockerUnreachableException;
import ofelia.docker.EventHub;
import ofelia.docker.ImageName;
import ofelia.docker.RegistryAuth;
import ofelia.docker.RegistryLogins;
import ofelia.docker.Service;
import ofelia.docker.ServiceSpec;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
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

/// Runs commands as services of a swarm, on whichever node the swarm chooses.
///
/// A service begins with its creation, so its name is recorded before: it is that of no other run,
/// and a crash in between shows by it whether the swarm heard of the creation. [ServiceFollow] says
/// what happens until its end; then it is removed, unless the job says `delete = false`. The node
/// pulls the image, with the registry login that is handed over. Safe for any thread.
public final class ServiceRunner implements Runner {

  /// How long to try to remove a service that has ended; the next start of the daemon removes what
  /// is left then.
  private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(20);

  private static final Duration PAUSE = Duration.ofMillis(500);

  /// A swarm that hung may come to the creation after it has answered that there is no service.
  private static final Duration BELATED_CREATION = Duration.ofSeconds(2);

  private final DockerClient client;
  private final RegistryLogins logins;
  private final Maker maker;
  private final Endings endings;
  private final Time time;
  private final Crew crew;

  /// @param hub started and closed by its owner
  public ServiceRunner(
      DockerClient client, EventHub hub, RegistryLogins logins, Maker maker, Time time, Crew crew) {
    this.client = client;
    this.logins = logins;
    this.maker = maker;
    this.endings = Endings.of(hub, time);
    this.time = time;
    this.crew = crew;
  }

  @Override
  public JobKind kind() {
    return JobKind.SERVICE_RUN;
  }

  @Override
  public String describe(JobSpec job) {
    String command = JobProgram.describe(job.settings());
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
    try {
      ImageName image = ContainerPlan.image(settings);
      RequiredNetworks.check(client, settings);
      List<String> env = ContainerVariables.of(client, request, sink);
      ServiceSpec spec = ServicePlan.spec(request, image.toString(), env, maker, time.now(), sink);
      requireConfinement(spec);
      Optional<RegistryAuth> login =
          ImagePull.loginsOf(settings, logins).find(image.registry(), sink::warn);
      ServiceHandle handle = ServiceHandle.of(spec.name());
      if (stop.isRequested()) {
        return new Outcome.Cancelled(stop.by());
      }
      sink.intend(handle.write());
      if (stop.isRequested()) {
        return new Outcome.Cancelled(stop.by());
      }
      create(request, spec, login, sink);
      sink.started(handle.write());
      return follow(request, handle, sink, stop, false);
    } catch (DockerException e) {
      return new Outcome.Broke(cannotBegin(settings, e));
    } catch (IOException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    }
  }

  /// What is asked for is done, or the run is not begun.
  private void requireConfinement(ServiceSpec spec) throws IOException, InterruptedException {
    if (!spec.needsNewPrivileges()) {
      return;
    }
    ApiVersion theirs = Asking.once(() -> client.apiVersion(Asking.soon()));
    if (!theirs.isAtLeast(ApiVersion.SERVICE_CONFINEMENT)) {
      throw new IOException(
          "security-opt needs Docker Engine 25 or later for services, and this one, with API "
              + theirs
              + ", would leave it out; remove it, or use job-run");
    }
  }

  private static String cannotBegin(Settings settings, DockerException e) {
    String tried =
        "cannot run image \"" + settings.find(RunKeys.IMAGE).orElse("") + "\" as a service: ";
    if (e instanceof DockerRefusedException refusal && Swarm.isNoManager(refusal)) {
      return tried
          + "the engine is no manager of a swarm; run \"docker swarm init\" there, point Ofelia to"
          + " a manager, or use job-run (it says: "
          + refusal.reason()
          + ")";
    }
    return tried + e.getMessage();
  }

  /// @throws DockerException when there is no service, and will be none
  private void create(
      RunRequest request, ServiceSpec spec, Optional<RegistryAuth> login, RunSink sink)
      throws InterruptedException {
    try {
      Asking.once(() -> client.services().create(spec, login, Asking.soon()))
          .warnings()
          .forEach(sink::warn);
    } catch (DockerUnreachableException e) {
      if (!e.requestSent() || !isThereAfterAll(request, spec.name(), sink)) {
        throw e;
      }
    } catch (DockerRefusedException e) {
      // The swarm may have heard of it from an earlier daemon, which died before it knew.
      if (!e.isConflict() || !isOurs(request, spec.name())) {
        throw e;
      }
    }
  }

  private static String who(Optional<RegistryAuth> login) {
    return login.map(RegistryAuth::who).orElse("without a login");
  }

  /// @return the login for a job's image, as it is now
  private Optional<RegistryAuth> login(Settings settings) throws InterruptedException {
    try {
      String registry = ContainerPlan.image(settings).registry();
      return ImagePull.loginsOf(settings, logins).find(registry, _ -> {});
    } catch (IOException _) {
      // Without an image that can be named nobody was asked for it.
      return Optional.empty();
    }
  }

  private boolean isThereAfterAll(RunRequest request, String name, RunSink sink)
      throws InterruptedException {
    Asking asking = new Asking(time, sink);
    if (asking.untilAnswered(() -> isOurs(request, name))) {
      return true;
    }
    var _ = time.newSignal().await(BELATED_CREATION);
    return asking.untilAnswered(() -> isOurs(request, name));
  }

  private boolean isOurs(RunRequest request, String name) throws InterruptedException {
    return Asking.once(() -> client.services().find(name, Asking.soon()))
        .map(service -> service.labels().getOrDefault(ContainerPlan.RUN, ""))
        .filter(run -> run.equals(request.run().toString()))
        .isPresent();
  }

  private Outcome follow(
      RunRequest request, ServiceHandle handle, RunSink sink, Stop stop, boolean isTakenUp)
      throws InterruptedException {
    Settings settings = request.job().settings();
    var work =
        new ServiceFollow.Work(
            request.run().toString(),
            settings,
            handle,
            () -> who(login(settings)),
            sink,
            stop,
            isTakenUp);
    Outcome outcome = new ServiceFollow(client, endings, time, crew, work).toTheEnd();
    tidy(settings, handle, outcome, sink);
    return outcome;
  }

  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    Optional<ServiceHandle> parsed = ServiceHandle.parse(trace.started().orElse(trace.intent()));
    if (parsed.isEmpty()) {
      return new Finding.Lost("its record cannot be read: \"" + trace.intent() + "\"");
    }
    ServiceHandle handle = parsed.get();
    if (handle.end().isPresent()) {
      return new Finding.Found();
    }
    try {
      Optional<Service> service =
          Asking.once(() -> client.services().find(handle.name(), Asking.soon()));
      if (service.isPresent()) {
        return new Finding.Found();
      }
      return trace.started().isPresent()
          ? new Finding.Lost("its service was removed while the daemon was away")
          : new Finding.NotBegun();
    } catch (DockerRefusedException e) {
      if (isGone(e)) {
        return new Finding.Lost("the engine has left its swarm, and the service with it");
      }
      throw new TryLaterException(e.getMessage(), e);
    } catch (DockerException e) {
      throw new TryLaterException(e.getMessage(), e);
    }
  }

  private boolean isGone(DockerRefusedException refusal)
      throws InterruptedException, TryLaterException {
    try {
      return Swarm.isGone(client, refusal);
    } catch (DockerException e) {
      throw new TryLaterException(e.getMessage(), e);
    }
  }

  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException {
    ServiceHandle handle =
        ServiceHandle.parse(trace.started().orElse(trace.intent())).orElseThrow();
    if (handle.end().isPresent()) {
      // All output had been read before this was recorded.
      tidy(request.job().settings(), handle, handle.end().get(), sink);
      return handle.end().get();
    }
    return follow(request, handle, sink, stop, true);
  }

  /// Removes the service: one that has ended where the job does not keep it, and one that shall end
  /// in any case.
  private void tidy(Settings settings, ServiceHandle handle, Outcome outcome, RunSink sink)
      throws InterruptedException {
    if (settings.get(RunKeys.DELETE) || outcome instanceof Outcome.Cancelled) {
      remove(handle, sink);
    }
  }

  private void remove(ServiceHandle handle, RunSink sink) throws InterruptedException {
    Signal pause = time.newSignal();
    long begun = time.nanos();
    while (true) {
      try {
        Asking.once(() -> {
          client.services().remove(handle.name(), Asking.soon());
          return true;
        });
        return;
      } catch (DockerException e) {
        if (e.isNotFound()) {
          return;
        }
        if (time.nanos() - begun > LONGEST_REMOVAL.toNanos()) {
          sink.warn("a service is left behind until the next start: " + e.getMessage());
          return;
        }
      }
      var _ = pause.await(PAUSE);
    }
  }
}
