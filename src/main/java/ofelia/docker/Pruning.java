package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import ofelia.wire.Deadline;
import ofelia.wire.Request;
import ofelia.wire.Response;
import ofelia.wire.Target;

/// Calls that remove what nothing uses. Of several labels to be kept (`label!`) the engine keeps
/// only what has all of them.
///
/// The engine ends when this side gives up, and then nobody knows what it has removed.
public final class Pruning {

  private static final JsonType<Report> REPORT = Messages.of(Report.class);
  private static final JsonType<List<ImageChange>> CHANGES = Messages.of(ImageChange.class).list();

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

  /// Removes a network by its name.
  ///
  /// @throws DockerRefusedException not found when there is none; see [#isInUse]
  public Pruned network(String name, Deadline deadline) {
    remove("network", Target.path("networks", name), name, deadline);
    return new Pruned(List.of(name), List.of(), 0);
  }

  /// Removes a volume by its name.
  ///
  /// @throws DockerRefusedException not found when there is none; see [#isInUse]
  public Pruned volume(String name, Deadline deadline) {
    remove("volume", Target.path("volumes", name), name, deadline);
    return new Pruned(List.of(name), List.of(), 0);
  }

  /// Takes its name from an image, and removes what nothing needs of it then.
  ///
  /// @throws DockerRefusedException not found when there is none; see [#isInUse]
  public Pruned image(String name, Deadline deadline) {
    Response answer = remove("image", Target.path("images", name), name, deadline);
    try {
      return new Report(List.of(), List.of(), List.of(), Messages.read(CHANGES, answer.body()), 0)
          .pruned();
    } catch (IOException e) {
      throw calls.failure("remove image \"" + name + "\"", e);
    }
  }

  private Response remove(String kind, Target target, String name, Deadline deadline) {
    return calls.call("remove " + kind + " \"" + name + "\"", Request.delete(target), deadline);
  }

  /// Whether something was not removed because something uses it.
  public static boolean isInUse(DockerRefusedException refusal) {
    return refusal.isConflict()
        || refusal.reason().contains("active endpoints")
        || refusal.reason().contains("in use");
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
