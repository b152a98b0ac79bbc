package ofelia.runner;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import ofelia.config.ContainerKeys;
import ofelia.config.ExecKeys;
import ofelia.config.JobKeys;
import ofelia.docker.Container;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.EventHub;
import ofelia.docker.ExecSpec;
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
import ofelia.syntax.ShellWords;
import ofelia.time.Crew;
import ofelia.time.Time;

/// Runs commands inside running containers. [ExecFollow] says when a run ends, [ExecLook] whom to
/// believe about its exit code, [ExecStop] how it is ended.
///
/// Safe for any thread.
public final class ExecRunner implements Runner {

  private final DockerClient client;
  private final EventHub hub;
  private final Endings endings;
  private final Time time;
  private final Crew crew;

  /// @param hub started and closed by its owner
  public ExecRunner(DockerClient client, EventHub hub, Time time, Crew crew) {
    this.client = client;
    this.hub = hub;
    this.endings = Endings.of(hub, time);
    this.time = time;
    this.crew = crew;
  }

  @Override
  public JobKind kind() {
    return JobKind.EXEC;
  }

  @Override
  public String describe(JobSpec job) {
    return job.settings().get(JobKeys.COMMAND);
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
    String name = request.job().settings().find(ContainerKeys.CONTAINER).orElse("");
    if (name.isEmpty()) {
      return new Outcome.Broke("no container is named; write container = NAME");
    }
    ExecHandle handle;
    try {
      ExecSpec spec = spec(request, sink);
      if (stop.isRequested()) {
        return new Outcome.Cancelled(stop.by());
      }
      handle = create(name, spec);
    } catch (IOException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    } catch (DockerException e) {
      return new Outcome.Broke(cannotBegin(name, e));
    }
    // An exec that is not started needs no undoing: it is a note in the engine's memory.
    sink.intend(handle.write());
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    try (Endings.Ending ending = endings.expect(handle.execId())) {
      return follow(request, handle, sink, stop, ending).start(crew);
    } catch (DockerException e) {
      return new Outcome.Broke(cannotBegin(name, e));
    }
  }

  private ExecFollow follow(
      RunRequest request, ExecHandle handle, RunSink sink, Stop stop, Endings.Ending ending) {
    String user = request.job().settings().get(ContainerKeys.USER);
    var processes = new ContainerProcesses(client, handle.containerId(), user);
    return new ExecFollow(client, hub, time, request, handle, sink, stop, ending, processes);
  }

  private ExecSpec spec(RunRequest request, RunSink sink) throws IOException, InterruptedException {
    Settings settings = request.job().settings();
    List<String> words = ShellWords.split(settings.get(JobKeys.COMMAND));
    if (words.isEmpty()) {
      throw new IOException("the command is empty; write a program and its arguments");
    }
    return ExecSpec.of(words)
        .withEnv(ContainerVariables.of(client, request, sink))
        .withUser(settings.get(ContainerKeys.USER))
        .withWorkingDir(settings.find(ContainerKeys.WORKING_DIR).orElse(""))
        .withTty(settings.get(ContainerKeys.TTY))
        .withPrivileged(settings.get(ExecKeys.PRIVILEGED));
  }

  /// The name is resolved now, at each run: the container may have been made anew since the last.
  private ExecHandle create(String name, ExecSpec spec) throws InterruptedException {
    Container container = Asking.once(() -> client.containers().inspect(name, Asking.soon()));
    String execId = Asking.once(() -> client.execs().create(container.id(), spec, Asking.soon()));
    return new ExecHandle(execId, container.id());
  }

  private static String cannotBegin(String name, DockerException e) {
    String tried = "cannot run a command in container \"" + name + "\": ";
    if (e.isNotFound()) {
      return tried + "there is no such container; create it, or correct the job's container";
    }
    return tried + e.getMessage() + (e.isConflict() ? "; start it" : "");
  }

  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    Optional<ExecHandle> parsed = ExecHandle.parse(trace.intent());
    if (parsed.isEmpty()) {
      return new Finding.Lost("its record cannot be read: \"" + trace.intent() + "\"");
    }
    ExecHandle handle = parsed.get();
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
    ExecHandle handle = ExecHandle.parse(trace.intent()).orElseThrow();
    sink.mark("what it printed while the daemon was away, and since, is not kept by the engine");
    try (Endings.Ending ending = endings.expect(handle.execId())) {
      return follow(request, handle, sink, stop, ending).resume();
    }
  }
}
