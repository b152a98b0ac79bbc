package ofelia.docker;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A container as a listing shows it.
///
/// @param names without the leading slash; the first is its own name, others come from links
/// @param image as it was named when the container was made
/// @param state `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`
/// @param createdSeconds since 1970
/// @param sizeBytes what it has written into its own layer, where that was asked for
@Json
public record ContainerSummary(
    @Json.Property("Id") String id,
    @Json.Property("Names") List<String> names,
    @Json.Property("Image") String image,
    @Json.Property("ImageID") String imageId,
    @Json.Property("State") String state,
    @Json.Property("Created") long createdSeconds,
    @Json.Property("Labels") Map<String, String> labels,
    @Json.Property("SizeRw") long sizeBytes) {

  public ContainerSummary {
    id = Absent.orEmpty(id);
    names = Absent.orEmpty(names).stream().map(Container::withoutSlash).toList();
    image = Absent.orEmpty(image);
    imageId = Absent.orEmpty(imageId);
    state = Container.State.inDockersWord(Absent.orEmpty(state));
    labels = Absent.orEmpty(labels);
  }

  /// Its own name, or its id in the moments in which the engine gives it none.
  public String name() {
    return names.isEmpty() ? id : names.getFirst();
  }

  public boolean isRunning() {
    return state.equals("running");
  }

  /// To the second.
  public Instant created() {
    return Instant.ofEpochSecond(createdSeconds);
  }
}
