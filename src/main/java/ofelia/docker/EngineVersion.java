package ofelia.docker;

import io.avaje.jsonb.Json;

/// The answer of `GET /version`.
@Json
public record EngineVersion(
    @Json.Property("Version") String version,
    @Json.Property("ApiVersion") String apiVersion,
    @Json.Property("MinAPIVersion") String minApiVersion,
    @Json.Property("Os") String os,
    @Json.Property("Arch") String arch) {

  public EngineVersion {
    version = Absent.orEmpty(version);
    apiVersion = Absent.orEmpty(apiVersion);
    minApiVersion = Absent.orEmpty(minApiVersion);
    os = Absent.orEmpty(os);
    arch = Absent.orEmpty(arch);
  }
}
