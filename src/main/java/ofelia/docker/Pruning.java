package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import ofelia.wire.Deadline;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// Calls that remove what nothing uses. Of several labels to be kept (`label!`) the engine keeps
/// only what has all of them.
///
/// The engine ends when this side gives up, and then nobody knows what it has removed.
public final class Pruning {

  private static final JsonType<Report> REPORT = Messages.of(Report.class);

  private final Calls calls;

  Pruning(Calls calls) {
    this.calls = calls;
  }

  /// What was removed.
  ///
  /// @param removed names, or ids of what has none
  /// @param untagged names that images lost
  public record Pruned(List<String> removed, List<String> untagged, long reclaimedBytes) {}

  /// Networks that no container is connected to.
  public Pruned networks(Filters filters, Deadline whole) {
    return prune("networks", Target.path("networks", "prune"), filters, whole);
  }

  /// Volumes that no container has, running or not.
  ///
  /// @param all whether those with a name go, too; before [ApiVersion#ANONYMOUS_VOLUMES] they
  ///   always do
  public Pruned volumes(boolean all, Filters filters, Deadline whole) {
    boolean isTold = calls.version(whole).isAtLeast(ApiVersion.ANONYMOUS_VOLUMES);
    Filters full = all && isTold ? filters.with("all", "true") : filters;
    return prune("volumes", Target.path("volumes", "prune"), full, whole);
  }

  /// Images that no container was made from, running or not.
  ///
  /// @param all whether those with a name go, too
  public Pruned images(boolean all, Filters filters, Deadline whole) {
    Filters full = filters.with("dangling", Boolean.toString(!all));
    return prune("images", Target.path("images", "prune"), full, whole);
  }

  /// @param all whether what later builds could use goes, too
  public Pruned buildCache(boolean all, Filters filters, Deadline whole) {
    return prune("the build cache", Target.path("build", "prune").with("all", all), filters, whole);
  }

  private Pruned prune(String what, Target target, Filters filters, Deadline whole) {
    Target full = filters.isEmpty() ? target : target.with("filters", Messages.filters(filters));
    return calls.json("prune " + what, Request.post(full), whole, REPORT).pruned();
  }

  /// The answers to all of these calls, each of which has some of the members.
  @Json
  record Report(
      @Json.Property("NetworksDeleted") List<String> networks,
      @Json.Property("VolumesDeleted") List<String> volumes,
      @Json.Property("CachesDeleted") List<String> caches,
      @Json.Property("ImagesDeleted") List<ImageChange> images,
      @Json.Property("SpaceReclaimed") long reclaimedBytes) {

    Report {
      networks = Absent.orEmpty(networks);
      volumes = Absent.orEmpty(volumes);
      caches = Absent.orEmpty(caches);
      images = Absent.orEmpty(images);
    }

    Pruned pruned() {
      List<String> deleted = images.stream().flatMap(each -> named(each.deleted())).toList();
      return new Pruned(
          Stream.of(networks, volumes, caches, deleted).flatMap(List::stream).toList(),
          images.stream().flatMap(each -> named(each.untagged())).toList(),
          reclaimedBytes);
    }

    private static Stream<String> named(String name) {
      return Optional.of(name).filter(text -> !text.isEmpty()).stream();
    }
  }

  @Json
  record ImageChange(
      @Json.Property("Untagged") String untagged, @Json.Property("Deleted") String deleted) {

    ImageChange {
      untagged = Absent.orEmpty(untagged);
      deleted = Absent.orEmpty(deleted);
    }
  }
}
