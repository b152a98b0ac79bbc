package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.nio.charset.StandardCharsets;
import ofelia.wire.Deadline;
import ofelia.wire.Idle;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// Calls about processes run inside containers that run. The engine can neither signal nor remove
/// an exec, and forgets it some minutes after its end, with its container, or when it restarts.
public final class Execs {

  private static final JsonType<ExecSpec> SPEC = Messages.of(ExecSpec.class);
  private static final JsonType<Created> CREATED = Messages.of(Created.class);
  private static final JsonType<Exec> EXEC = Messages.of(Exec.class);

  private final Calls calls;

  Execs(Calls calls) {
    this.calls = calls;
  }

  /// Creates an exec and does not start it.
  ///
  /// @return its id
  /// @throws DockerRefusedException not found when the container is not there, conflict when it
  ///   does not run
  public String create(String container, ExecSpec spec, Deadline deadline) {
    Request request =
        Request.post(Target.path("containers", container, "exec")).withJson(SPEC.toJsonBytes(spec));
    return calls
        .json("create an exec in container \"" + container + "\"", request, deadline, CREATED)
        .id();
  }

  /// Starts an exec, and gives its output. It goes on when the output is cut.
  ///
  /// A command that is not there is no error of this call: the runtime's complaint comes as output,
  /// and the exit code is 126 or 127.
  ///
  /// @param tty as in its [ExecSpec]
  /// @param deadline for the start only
  /// @param idle how long it may print nothing
  public ContainerOutput start(String execId, boolean tty, Deadline deadline, Idle idle) {
    String what = "start exec " + execId;
    String json = "{\"Detach\":false,\"Tty\":" + tty + "}";
    Request request =
        Request.post(Target.path("exec", execId, "start"))
            .withJson(json.getBytes(StandardCharsets.US_ASCII));
    return new ContainerOutput(calls, what, calls.takeOver(what, request, deadline, idle), tty);
  }

  public Exec inspect(String execId, Deadline deadline) {
    Request request = Request.get(Target.path("exec", execId, "json"));
    return calls.json("inspect exec " + execId, request, deadline, EXEC);
  }

  /// Sets the size of the terminal of an exec that runs.
  public void resize(String execId, int columns, int rows, Deadline deadline) {
    Target target = Target.path("exec", execId, "resize").with("w", columns).with("h", rows);
    var _ = calls.call("resize exec " + execId, Request.post(target), deadline);
  }

  @Json
  record Created(@Json.Property("Id") String id) {
    Created {
      id = Absent.orEmpty(id);
    }
  }
}
