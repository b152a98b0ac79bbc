package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.util.List;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// Calls about networks.
public final class Networks {

  private static final JsonType<List<Network>> NETWORKS = Messages.of(Network.class).list();

  private static final JsonType<Connection> CONNECTION = Messages.of(Connection.class);

  private final Calls calls;

  Networks(Calls calls) {
    this.calls = calls;
  }

  public List<Network> list(Filters filters, Deadline deadline) {
    Target target = Target.path("networks");
    if (!filters.isEmpty()) {
      target = target.with("filters", Messages.filters(filters));
    }
    return calls.json("list networks", Request.get(target), deadline, NETWORKS);
  }

  /// Connects a container to one more network, before or after its start.
  public void connect(String network, String container, Deadline deadline) {
    String what = "connect container \"" + container + "\" to network \"" + network + "\"";
    Request request =
        Request.post(Target.path("networks", network, "connect"))
            .withJson(CONNECTION.toJsonBytes(new Connection(container)));
    var _ = calls.call(what, request, deadline);
  }

  @Json
  record Connection(@Json.Property("Container") String container) {}

  /// The network of exactly this name or, failing that, of this id. The engine's own filter would
  /// also take `backend` for `back`.
  public Optional<Network> find(String nameOrId, Deadline deadline) {
    return find(nameOrId, list(Filters.NONE, deadline));
  }

  /// The same among networks that were listed already.
  public static Optional<Network> find(String nameOrId, List<Network> networks) {
    Optional<Network> named =
        networks.stream().filter(network -> network.name().equals(nameOrId)).findFirst();
    return named.isPresent()
        ? named
        : networks.stream().filter(network -> network.id().equals(nameOrId)).findFirst();
  }
}
