package ofelia.docker;

import io.avaje.jsonb.Json;

/// A network as a listing shows it.
@Json
public record Network(
    @Json.Property("Id") String id,
    @Json.Property("Name") String name,
    @Json.Property("Driver") String driver) {

  public Network {
    id = Absent.orEmpty(id);
    name = Absent.orEmpty(name);
    driver = Absent.orEmpty(driver);
  }
}
