package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.util.List;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.Idle;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// Calls about services of a swarm and their tasks. Only a manager of the swarm answers them; any
/// other engine refuses with status 503.
public final class Services {

  private static final JsonType<ServiceSpec.Message> SPEC = Messages.of(ServiceSpec.Message.class);
  private static final JsonType<Created> CREATED = Messages.of(Created.class);
  private static final JsonType<Service> SERVICE = Messages.of(Service.class);
  private static final JsonType<List<Service>> SERVICES = SERVICE.list();
  private static final JsonType<Task> TASK = Messages.of(Task.class);
  private static final JsonType<List<Task>> TASKS = TASK.list();

  private final Calls calls;

  Services(Calls calls) {
    this.calls = calls;
  }

  /// Creates a service; the swarm begins its task by itself.
  ///
  /// @param auth handed on to the node that pulls the image
  /// @throws DockerRefusedException conflict when the name is in use, 503 when this is no manager
  public Created create(ServiceSpec spec, Optional<RegistryAuth> auth, Deadline deadline) {
    boolean hasJobs = calls.version(deadline).isAtLeast(ApiVersion.SERVICE_JOBS);
    Request request =
        Request.post(Target.path("services", "create"))
            .withJson(SPEC.toJsonBytes(spec.message(hasJobs)));
    if (auth.isPresent()) {
      request = request.with("X-Registry-Auth", auth.get().header());
    }
    String what =
        "create service \"" + spec.name() + "\" from image \"" + spec.program().image() + "\"";
    return calls.json(what, request, deadline, CREATED);
  }

  /// @param warnings what the swarm will not do as asked, in its own words
  @Json
  public record Created(
      @Json.Property("ID") String id, @Json.Property("Warnings") List<String> warnings) {
    public Created {
      id = Absent.orEmpty(id);
      warnings = Absent.orEmpty(warnings);
    }
  }

  public List<Service> list(Filters filters, Deadline deadline) {
    Target target = Target.path("services");
    if (!filters.isEmpty()) {
      target = target.with("filters", Messages.filters(filters));
    }
    return calls.json("list services", Request.get(target), deadline, SERVICES);
  }

  /// The service of this name or id, when there is one.
  public Optional<Service> find(String service, Deadline deadline) {
    Request request = Request.get(Target.path("services", service));
    return present(
        () -> calls.json("inspect service \"" + service + "\"", request, deadline, SERVICE));
  }

  /// Removes a service; its tasks are asked to end, and go after it.
  ///
  /// @throws DockerRefusedException not found when there is none
  public void remove(String service, Deadline deadline) {
    Request request = Request.delete(Target.path("services", service));
    var _ = calls.call("remove service \"" + service + "\"", request, deadline);
  }

  /// The tasks of a service, by its id or name, in no order.
  ///
  /// @throws DockerRefusedException not found when there is no such service
  public List<Task> tasks(String service, Deadline deadline) {
    Target target =
        Target.path("tasks")
            .with("filters", Messages.filters(Filters.NONE.with("service", service)));
    return calls.json(
        "list the tasks of service \"" + service + "\"", Request.get(target), deadline, TASKS);
  }

  /// A task, until the swarm has forgotten it.
  public Optional<Task> findTask(String task, Deadline deadline) {
    Request request = Request.get(Target.path("tasks", task));
    return present(() -> calls.json("inspect task \"" + task + "\"", request, deadline, TASK));
  }

  /// What a task has printed, from whichever node it ran on. The stream of a log that is followed
  /// goes on when the task has ended.
  ///
  /// @param deadline for the beginning only
  /// @param idle how long nothing may come
  public ContainerOutput logs(String task, LogRequest log, Deadline deadline, Idle idle) {
    String what = "read the log of task \"" + task + "\"";
    Target target =
        Target.path("tasks", task, "logs")
            .with("stdout", log.stdout())
            .with("stderr", log.stderr())
            .with("follow", log.follow())
            .with("timestamps", log.timestamps());
    return new ContainerOutput(
        calls, what, calls.stream(what, Request.get(target), deadline, idle), log.tty());
  }

  private interface Question<T> {
    T ask();
  }

  private static <T> Optional<T> present(Question<T> question) {
    try {
      return Optional.of(question.ask());
    } catch (DockerRefusedException e) {
      if (e.isNotFound()) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
