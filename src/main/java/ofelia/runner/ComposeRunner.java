package ofelia.runner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ofelia.config.ComposeKeys;
import ofelia.config.ContainerKeys;
import ofelia.config.RunKeys;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
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
import ofelia.runner.process.Survivors;
import ofelia.time.Time;

/// Runs commands in services of Compose projects.
///
/// Compose knows what a service's container looks like, and is asked for no more than that. For a
/// run it makes and starts the container (`run --detach`), labelled with the run's number; from
/// then on the container is followed, ended and removed like that of a `job-run`, also by a later
/// start of the daemon. For `exec` it names the service's container, and the command is begun there
/// like that of a `job-exec`. So no program between the daemon and the engine lives as long as the
/// work, and none has to pass on its signals, its output or its exit code.
///
/// The intent is recorded before Compose is called, for it makes and starts in one step. After a
/// crash in that step its survivors are ended, and the label tells whether there is a container.
/// Services that Compose started as dependencies are the project's, and stay.
///
/// Safe for any thread.
public final class ComposeRunner implements Runner {

  /// Compose reads these itself, so that they cannot be handed to it under their names.
  private static final Set<String> ITS_OWN = Set.of("PATH", "HOME", "OFELIA_RUN_ID");

  private final DockerClient client;
  private final RunRunner runs;
  private final ExecRunner execs;
  private final ComposeProgram compose;
  private final HostPrograms programs;
  private final Maker maker;
  private final Time time;

  public ComposeRunner(
      DockerClient client,
      RunRunner runs,
      ExecRunner execs,
      ComposeProgram compose,
      HostPrograms programs,
      Maker maker,
      Time time) {
    this.client = client;
    this.runs = runs;
    this.execs = execs;
    this.compose = compose;
    this.programs = programs;
    this.maker = maker;
    this.time = time;
  }

  @Override
  public JobKind kind() {
    return JobKind.COMPOSE;
  }

  @Override
  public String describe(JobSpec job) {
    String service = "service \"" + service(job.settings()) + "\"";
    String program = JobProgram.describe(job.settings());
    return program.isEmpty() ? service : service + ": " + program;
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
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    try {
      return isExec(request) ? exec(request, sink, stop) : runFresh(request, sink, stop);
    } catch (IOException | DockerException e) {
      return stop.isRequested()
          ? new Outcome.Cancelled(stop.by())
          : new Outcome.Broke(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isExec(RunRequest request) {
    return request.job().settings().get(ComposeKeys.EXEC);
  }

  private static String service(Settings settings) {
    return settings.find(ComposeKeys.SERVICE).orElse("");
  }

  // ---- a fresh container ---------------------------------------------------------------------

  private Outcome runFresh(RunRequest request, RunSink sink, Stop stop)
      throws IOException, InterruptedException, NotOursException {
    Variables variables = variables(request, sink);
    List<String> arguments = project(request.job().settings());
    arguments.addAll(List.of("run", "--detach", "--no-TTY", "--interactive=false"));
    arguments.addAll(options(request, variables));
    arguments.add(service(request.job().settings()));
    arguments.addAll(JobProgram.words(request.job().settings()));
    sink.intend(ComposeProgram.mark(request));
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    ComposeProgram.Answer answer = compose.call(arguments, variables.handed(), request, stop);
    Asking asking = new Asking(time, sink);
    Optional<ContainerSummary> made = asking.untilAnswered(() -> containerOf(request));
    if (made.isPresent() && !made.get().state().equals("created")) {
      return runs.follow(request, made.get().id(), sink, stop);
    }
    var _ = runs.removeUnstarted(request, sink);
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    keep(answer, sink);
    return new Outcome.Broke(
        answer.exit() == 0
            ? "Compose made a container that is not on this engine; let DOCKER_HOST, or the Docker"
                + " context, of daemon and Compose name the same one"
            : "Compose cannot start service \""
                + service(request.job().settings())
                + "\": "
                + answer.complaint()
                + compose.tried(answer.complaint(), request.job().settings()));
  }

  private static void keep(ComposeProgram.Answer answer, RunSink sink) {
    byte[] said = answer.err().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    if (said.length > 0) {
      sink.output(OutputChannel.STDERR, said, 0, said.length);
    }
  }

  private Optional<ContainerSummary> containerOf(RunRequest request) {
    return runs.containersOf(request).stream().findFirst();
  }

  /// What Compose is told about the project.
  private static List<String> project(Settings settings) {
    List<String> arguments = new ArrayList<>();
    settings.get(ComposeKeys.FILE).forEach(file -> arguments.addAll(List.of("--file", file)));
    add(arguments, "--project-name", settings.find(ComposeKeys.PROJECT_NAME));
    add(arguments, "--project-directory", settings.find(ComposeKeys.PROJECT_DIRECTORY));
    settings
        .get(ComposeKeys.PROFILES)
        .forEach(profile -> arguments.addAll(List.of("--profile", profile)));
    return arguments;
  }

  private static void add(List<String> arguments, String option, Optional<String> value) {
    value
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> arguments.addAll(List.of(option, text)));
  }

  private List<String> options(RunRequest request, Variables variables) {
    Settings settings = request.job().settings();
    List<String> options = new ArrayList<>(List.of("--name", ContainerPlan.name(request)));
    ContainerPlan.labels(request, JobKind.COMPOSE.word(), maker, time.now())
        .forEach((name, value) -> options.addAll(List.of("--label", name + "=" + value)));
    variables.options().forEach(option -> options.addAll(List.of("--env", option)));
    if (settings.isWritten(ContainerKeys.USER)) {
      add(options, "--user", settings.find(ContainerKeys.USER));
    }
    add(options, "--workdir", settings.find(ContainerKeys.WORKING_DIR));
    settings
        .find(RunKeys.ENTRYPOINT)
        .ifPresent(entrypoint -> options.addAll(List.of("--entrypoint", entrypoint)));
    if (!settings.get(ComposeKeys.DEPENDENCIES)) {
      options.add("--no-deps");
    }
    return options;
  }

  /// The run's variables, on their way through Compose.
  ///
  /// @param options of `--env`: a bare name where Compose has the value in its own environment,
  ///   which other users of the machine cannot read, as they can a command line
  /// @param handed what Compose's own environment has besides; the Compose file can use it, too
  private record Variables(List<String> options, Map<String, String> handed) {}

  private Variables variables(RunRequest request, RunSink sink)
      throws IOException, InterruptedException {
    Set<String> told = request.environment().keySet();
    List<String> options = new ArrayList<>();
    Map<String, String> handed = new LinkedHashMap<>();
    for (String variable : ContainerVariables.of(client, request, sink)) {
      int equals = variable.indexOf('=');
      String name = variable.substring(0, equals);
      boolean isOpen =
          told.contains(name)
              || ITS_OWN.contains(name)
              || name.startsWith("DOCKER_")
              || name.startsWith("COMPOSE_");
      if (isOpen) {
        options.add(variable);
      } else {
        options.add(name);
        handed.put(name, variable.substring(equals + 1));
      }
    }
    return new Variables(options, handed);
  }

  // ---- a running container -------------------------------------------------------------------

  private Outcome exec(RunRequest request, RunSink sink, Stop stop)
      throws IOException, InterruptedException, NotOursException, DeclinedException {
    String service = service(request.job().settings());
    List<String> arguments = project(request.job().settings());
    arguments.addAll(List.of("ps", "--quiet", "--status", "running", service));
    ComposeProgram.Answer answer = compose.call(arguments, Map.of(), request, stop);
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    if (answer.exit() != 0) {
      keep(answer, sink);
      return new Outcome.Broke(
          "Compose cannot find service \"" + service + "\": " + answer.complaint());
    }
    Optional<String> container =
        answer.out().lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst();
    if (container.isEmpty()) {
      return new Outcome.Broke(
          "service \"" + service + "\" has no running container; start it with compose up");
    }
    return execs.run(asExec(request, container), sink, stop);
  }

  /// The same run as one of a `job-exec`.
  private static RunRequest asExec(RunRequest request, Optional<String> container) {
    JobSpec job = request.job();
    Settings.Builder settings = new Settings.Builder().put(ContainerKeys.USER, "");
    job.settings().keys().forEach(key -> copy(job.settings(), key, settings));
    container.ifPresent(id -> settings.put(ContainerKeys.CONTAINER, id));
    JobSpec exec =
        new JobSpec(
            job.name(),
            job.kind(),
            job.source(),
            job.schedule(),
            settings.build(),
            job.origin(),
            job.problems());
    return new RunRequest(request.run(), exec, request.due(), request.cause(), request.attempt());
  }

  private static <T> void copy(Settings from, Key<T> key, Settings.Builder to) {
    if (from.isInherited(key)) {
      to.inherit(key, from.get(key));
    } else {
      to.put(key, from.get(key));
    }
  }

  // ---- after a crash -------------------------------------------------------------------------

  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    if (isExec(request)) {
      return execs.find(asExec(request, Optional.empty()), trace);
    }
    if (trace.started().isPresent()) {
      return runs.find(request, trace);
    }
    Survivors.Ended ended =
        programs
            .survivors()
            .end(Set.of(ComposeProgram.mark(request)), Set.of(), HostPrograms.SURVIVOR_GRACE);
    if (!ended.remaining().isEmpty()) {
      return new Finding.Lost(
          "the daemon went away while Compose began it, and process %d of Compose cannot be ended"
              .formatted(ended.remaining().getFirst().pid()));
    }
    try {
      Optional<ContainerSummary> made = Asking.once(() -> containerOf(request));
      if (made.isEmpty()) {
        return new Finding.NotBegun();
      }
      if (!made.get().state().equals("created")) {
        return new Finding.Found();
      }
      Asking.once(() -> {
        client.containers().remove(made.get().id(), false, true, Asking.soon());
        return true;
      });
      return new Finding.NotBegun();
    } catch (DockerException e) {
      throw new TryLaterException(e.getMessage(), e);
    }
  }

  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException {
    if (isExec(request)) {
      return execs.resume(asExec(request, Optional.empty()), trace, sink, stop);
    }
    if (trace.started().isPresent()) {
      return runs.resume(request, trace, sink, stop);
    }
    Asking asking = new Asking(time, sink);
    Optional<ContainerSummary> made = asking.untilAnswered(() -> containerOf(request));
    if (made.isEmpty()) {
      return new Outcome.Broke("its container was removed while the daemon was away");
    }
    String handle = RunHandle.fresh(made.get().id()).write();
    sink.started(handle);
    return runs.resume(request, new Trace(handle, Optional.of(handle)), sink, stop);
  }
}
