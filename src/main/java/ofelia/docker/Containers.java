package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.Idle;
import ofelia.wire.Request;
import ofelia.wire.Response;
import ofelia.wire.Target;

/// Calls about containers. A container is named by its name, its id, or the beginning of its id.
public final class Containers {

  private static final JsonType<List<ContainerSummary>> SUMMARIES =
      Messages.of(ContainerSummary.class).list();
  private static final JsonType<Container> CONTAINER = Messages.of(Container.class);
  private static final JsonType<ContainerSpec.Message> SPEC =
      Messages.of(ContainerSpec.Message.class);
  private static final JsonType<Created> CREATED = Messages.of(Created.class);

  private final Calls calls;

  Containers(Calls calls) {
    this.calls = calls;
  }

  /// @param all whether to list those that do not run, too
  public List<ContainerSummary> list(boolean all, Filters filters, Deadline deadline) {
    Target target = Target.path("containers", "json").with("all", all);
    if (!filters.isEmpty()) {
      target = target.with("filters", Messages.filters(filters));
    }
    return calls.json("list containers", Request.get(target), deadline, SUMMARIES);
  }

  /// Containers in any state, with what each of them takes, which the engine has to count first.
  public List<ContainerSummary> listWithSizes(Filters filters, Deadline deadline) {
    Target target = Target.path("containers", "json").with("all", true).with("size", true);
    if (!filters.isEmpty()) {
      target = target.with("filters", Messages.filters(filters));
    }
    return calls.json("list containers", Request.get(target), deadline, SUMMARIES);
  }

  public Container inspect(String container, Deadline deadline) {
    Target target = Target.path("containers", container, "json");
    return calls.json(
        "inspect container \"" + container + "\"", Request.get(target), deadline, CONTAINER);
  }

  /// Creates a container and does not start it.
  ///
  /// @param name empty text to let the engine choose one
  /// @throws DockerRefusedException not found when the image is not there, conflict when the name
  ///   is in use
  public Created create(String name, ContainerSpec spec, Deadline deadline) {
    Target target = Target.path("containers", "create");
    if (!name.isEmpty()) {
      target = target.with("name", name);
    }
    if (!spec.platform().isEmpty()) {
      target = target.with("platform", spec.platform());
    }
    Request request = Request.post(target).withJson(SPEC.toJsonBytes(spec.message()));
    String what = "create container \"" + name + "\" from image \"" + spec.program().image() + "\"";
    return calls.json(what, request, deadline, CREATED);
  }

  /// @param warnings what the engine will not do as asked, in its own words
  @Json
  public record Created(
      @Json.Property("Id") String id, @Json.Property("Warnings") List<String> warnings) {
    public Created {
      id = Absent.orEmpty(id);
      warnings = Absent.orEmpty(warnings);
    }
  }

  /// @return false when it was running already
  /// @throws DockerRefusedException conflict when it is paused
  public boolean start(String container, Deadline deadline) {
    return post("start", container, Target.path("containers", container, "start"), deadline);
  }

  /// @param signal a name such as `SIGTERM`, or a number
  /// @throws DockerRefusedException conflict when it does not run
  public void kill(String container, String signal, Deadline deadline) {
    Target target = Target.path("containers", container, "kill").with("signal", signal);
    post("kill", container, target, deadline);
  }

  /// Stops it by its own stop signal, and by force when that does not end it in time; a paused one,
  /// too, but for Podman, which calls that a conflict. The engine's restart policy does not start
  /// it again.
  ///
  /// Answers when it has stopped. The engine goes on even when this side gives up.
  ///
  /// @param grace until force, in whole seconds; empty for the container's own, see
  ///   [Container#stopGrace()]
  /// @param deadline longer than the grace
  /// @return false when it did not run
  public boolean stop(String container, Optional<Duration> grace, Deadline deadline) {
    Target target = Target.path("containers", container, "stop");
    Target full = grace.isPresent() ? withGrace(target, grace.get()) : target;
    return post("stop", container, full, deadline);
  }

  /// Stops it as [#stop] does where it runs, and starts it.
  ///
  /// Answers when it has started. The engine goes on even when this side gives up.
  ///
  /// @param grace until force, in whole seconds. Never left to the engine: Podman takes none for no
  ///   time at all, and forces at once
  /// @param deadline longer than the grace
  public void restart(String container, Duration grace, Deadline deadline) {
    Target target = withGrace(Target.path("containers", container, "restart"), grace);
    post("restart", container, target, deadline);
  }

  private static Target withGrace(Target target, Duration grace) {
    return target.with("t", grace.toSeconds());
  }

  /// Holds all its processes where they are.
  ///
  /// @throws DockerRefusedException conflict when it does not run, or is paused already
  public void pause(String container, Deadline deadline) {
    post("pause", container, Target.path("containers", container, "pause"), deadline);
  }

  /// Lets its processes go on.
  ///
  /// @throws DockerRefusedException a server error when it is not paused
  public void unpause(String container, Deadline deadline) {
    post("unpause", container, Target.path("containers", container, "unpause"), deadline);
  }

  /// @param force whether to kill it first when it runs
  /// @param volumes whether its anonymous volumes go, too
  /// @throws DockerRefusedException conflict when it runs, or when its removal is already under way
  public void remove(String container, boolean force, boolean volumes, Deadline deadline) {
    Target target = Target.path("containers", container).with("force", force).with("v", volumes);
    var _ = calls.call("remove container \"" + container + "\"", Request.delete(target), deadline);
  }

  /// What the container has printed, from its log.
  ///
  /// @param deadline for the beginning only
  /// @param idle how long nothing may come
  public ContainerOutput logs(String container, LogRequest log, Deadline deadline, Idle idle) {
    String what = "read the log of container \"" + container + "\"";
    Target target =
        Target.path("containers", container, "logs")
            .with("stdout", log.stdout())
            .with("stderr", log.stderr())
            .with("follow", log.follow())
            .with("timestamps", log.timestamps());
    if (log.since().isPresent()) {
      target = target.with("since", EngineTime.parameter(log.since().get()));
    }
    return new ContainerOutput(
        calls, what, calls.stream(what, Request.get(target), deadline, idle), log.tty());
  }

  /// What the container prints from now on, whatever its log driver: to be asked for before it is
  /// started.
  ///
  /// @param tty whether the container has a terminal
  /// @param deadline for the beginning only
  public ContainerOutput attach(String container, boolean tty, Deadline deadline, Idle idle) {
    String what = "attach to container \"" + container + "\"";
    Target target =
        Target.path("containers", container, "attach")
            .with("stream", true)
            .with("stdout", true)
            .with("stderr", true);
    return new ContainerOutput(
        calls, what, calls.takeOver(what, Request.post(target), deadline, idle), tty);
  }

  private boolean post(String verb, String container, Target target, Deadline deadline) {
    Response response =
        calls.call(verb + " container \"" + container + "\"", Request.post(target), deadline);
    return response.status() != 304;
  }
}
