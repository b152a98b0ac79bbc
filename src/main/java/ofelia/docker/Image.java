package ofelia.docker;

import io.avaje.jsonb.Json;
import java.util.List;

/// An image that the engine has, as its inspection shows it.
///
/// @param tags the names it has here, such as `alpine:3.20`
/// @param digests the names under which registries know it, such as `alpine@sha256:…`
@Json
public record Image(
    @Json.Property("Id") String id,
    @Json.Property("RepoTags") List<String> tags,
    @Json.Property("RepoDigests") List<String> digests,
    @Json.Property("Config") Container.Config config) {

  public Image {
    id = Absent.orEmpty(id);
    tags = Absent.orEmpty(tags);
    digests = Absent.orEmpty(digests);
    config = Absent.or(config, Container.Config.EMPTY);
  }
}
