package ofelia.docker;

import io.avaje.jsonb.Json;
import java.util.Map;

/// A service of a swarm, as listings and inspections show it.
@Json
public record Service(@Json.Property("ID") String id, @Json.Property("Spec") Spec spec) {

  public Service {
    id = Absent.orEmpty(id);
    spec = Absent.or(spec, Spec.EMPTY);
  }

  public String name() {
    return spec.name();
  }

  public Map<String, String> labels() {
    return spec.labels();
  }

  @Json
  record Spec(
      @Json.Property("Name") String name, @Json.Property("Labels") Map<String, String> labels) {

    static final Spec EMPTY = new Spec("", Map.of());

    Spec {
      name = Absent.orEmpty(name);
      labels = Absent.orEmpty(labels);
    }
  }
}
