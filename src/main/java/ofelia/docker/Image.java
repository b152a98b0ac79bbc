package ofelia.docker;

import io.avaje.jsonb.Json;
import java.util.List;

/// An image that the engine has, as its inspection shows it.
///
/// @param tags the names it has here, such as `alpine:3.20`
/// @param os such as `linux`
/// @param architecture such as `amd64`
/// @param variant of the architecture, such as `v7`; empty where there is only one
/// @param digests the names under which registries know it, such as `alpine@sha256:…`
@Json
public record Image(
    @Json.Property("Id") String id,
    @Json.Property("RepoTags") List<String> tags,
    @Json.Property("Os") String os,
    @Json.Property("Architecture") String architecture,
    @Json.Property("Variant") String variant,
    @Json.Property("RepoDigests") List<String> digests,
    @Json.Property("Config") Container.Config config) {

  public Image {
    id = Absent.orEmpty(id);
    tags = Absent.orEmpty(tags);
    os = Absent.orEmpty(os);
    architecture = Absent.orEmpty(architecture);
    variant = Absent.orEmpty(variant);
    digests = Absent.orEmpty(digests);
    config = Absent.or(config, Container.Config.EMPTY);
  }

  /// Whether it is made for a platform, `os/architecture[/variant]`. A variant counts only where
  /// both name one.
  public boolean isFor(String platform) {
    String[] parts = platform.split("/", 3);
    return parts[0].equals(os)
        && (parts.length < 2 || parts[1].equals(architecture))
        && (parts.length < 3 || variant.isEmpty() || parts[2].equals(variant));
  }
}
