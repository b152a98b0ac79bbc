package ofelia.docker;

import io.avaje.jsonb.JsonType;
import java.util.List;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// Calls about networks.
public final class Networks {

  private static final JsonType<List<Network>> NETWORKS = Messages.of(Network.class).list();

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

  /// The network of exactly this name or, failing that, of this id. The engine's own filter would
  /// also take `backend` for `back`.
  public Optional<Network> find(String nameOrId, Deadline deadline) {
    List<Network> networks = list(Filters.NONE, deadline);
    Optional<Network> named =
        networks.stream().filter(network -> network.name().equals(nameOrId)).findFirst();
    return named.isPresent()
        ? named
        : networks.stream().filter(network -> network.id().equals(nameOrId)).findFirst();
  }
}
