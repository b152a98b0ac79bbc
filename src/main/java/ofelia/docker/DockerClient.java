package ofelia.docker;

import io.avaje.jsonb.JsonType;
import java.time.Instant;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.HttpClient;
import ofelia.wire.Limits;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// The calls to one Docker Engine. Safe for any number of threads; holds no connection between
/// calls, so that there is nothing to close.
///
/// All calls throw a [DockerException]: [DockerRefusedException] when the engine said no,
/// [DockerUnreachableException] when it is away or broken, [DockerCutException] when the calling
/// thread was interrupted.
public final class DockerClient {

  private static final JsonType<EngineVersion> VERSION = Messages.of(EngineVersion.class);
  private static final JsonType<EngineSummary> SUMMARY = Messages.of(EngineSummary.class);

  private final Calls calls;
  private final Containers containers;
  private final Execs execs;
  private final Images images;
  private final Networks networks;
  private final Services services;
  private final Events events;
  private final Pruning pruning;

  private DockerClient(Calls calls) {
    this.calls = calls;
    this.events = new Events(calls);
    this.containers = new Containers(calls);
    this.execs = new Execs(calls);
    this.images = new Images(calls);
    this.networks = new Networks(calls);
    this.services = new Services(calls);
    this.pruning = new Pruning(calls);
  }

  /// Connects to nothing yet: the first call does.
  ///
  /// @param pinned the API version to use without asking, as `DOCKER_API_VERSION` sets it; else it
  ///   is negotiated
  public static DockerClient of(DockerHost host, Optional<ApiVersion> pinned) {
    HttpClient http = new HttpClient(host.transport(), host.httpHost(), Limits.CLIENT);
    return new DockerClient(new Calls(http, "the engine at " + host, pinned));
  }

  public Containers containers() {
    return containers;
  }

  public Execs execs() {
    return execs;
  }

  public Images images() {
    return images;
  }

  public Networks networks() {
    return networks;
  }

  public Services services() {
    return services;
  }

  public Events events() {
    return events;
  }

  public Pruning pruning() {
    return pruning;
  }

  /// The engine's clock, to the second below; the epoch when it does not say.
  public Instant clock(Deadline deadline) {
    return calls.clock(deadline);
  }

  /// Whether the engine answers: the cheapest call there is. Returns or throws.
  public void ping(Deadline deadline) {
    var _ = calls.unversioned("ping", Request.get(new Target("/_ping")), deadline);
  }

  /// The API version in use with this engine.
  public ApiVersion apiVersion(Deadline deadline) {
    return calls.version(deadline);
  }

  public EngineVersion version(Deadline deadline) {
    return calls.json(
        "ask for the version", Request.get(new Target("/version")), deadline, VERSION);
  }

  /// What the engine says about itself. Takes it some milliseconds.
  public EngineSummary summary(Deadline deadline) {
    return calls.json("ask for the summary", Request.get(new Target("/info")), deadline, SUMMARY);
  }

  /// Where this client's engine is, for messages.
  @Override
  public String toString() {
    return calls.engine();
  }
}
