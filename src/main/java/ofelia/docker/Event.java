package ofelia.docker;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Something that happened, as the engine's event stream tells it.
///
/// @param type `container`, `image`, `network`, …
/// @param action such as `start`, `die`, or `exec_create: sh -c true`; [#verb] is without the
///   command
/// @param timeNanos since 1970, by the engine's clock
@Json
public record Event(
    @Json.Property("Type") String type,
    @Json.Property("Action") String action,
    @Json.Property("Actor") Actor actor,
    @Json.Property("timeNano") long timeNanos) {

  private static final Pattern EXIT_CODE = Pattern.compile("-?\\d{1,9}");

  public Event {
    type = Absent.orEmpty(type);
    action = Absent.orEmpty(action);
    actor = Absent.or(actor, Actor.NONE);
  }

  /// What it happened to.
  ///
  /// @param attributes for a container: `name`, `image`, `exitCode` and all of its labels
  @Json
  public record Actor(
      @Json.Property("ID") String id, @Json.Property("Attributes") Map<String, String> attributes) {

    static final Actor NONE = new Actor("", Map.of());

    public Actor {
      id = Absent.orEmpty(id);
      attributes = Absent.orEmpty(attributes);
    }
  }

  /// The action without what follows a colon: `exec_start` of `exec_start: sh -c true`. Podman's
  /// own words come as Docker's: `die`, `destroy` and `exec_die`.
  public String verb() {
    int colon = action.indexOf(':');
    String verb = colon < 0 ? action : action.substring(0, colon);
    return switch (verb) {
      case "died" -> "die";
      case "exec_died" -> "exec_die";
      case "remove" -> type.equals("container") ? "destroy" : verb;
      default -> verb;
    };
  }

  public Instant time() {
    return EngineTime.ofNanos(timeNanos);
  }

  /// The end of an exec, when this is one and says of which: Podman names only the container.
  public Optional<ExecExit> execExit() {
    if (!verb().equals("exec_die")) {
      return Optional.empty();
    }
    String execId = actor.attributes().getOrDefault("execID", "");
    OptionalInt code = exitCode();
    return execId.isEmpty() || code.isEmpty()
        ? Optional.empty()
        : Optional.of(new ExecExit(execId, actor.id(), code.getAsInt(), time()));
  }

  /// The exit code of what ended, when this tells one.
  public OptionalInt exitCode() {
    String code = actor.attributes().getOrDefault("exitCode", "");
    return EXIT_CODE.matcher(code).matches()
        ? OptionalInt.of(Integer.parseInt(code))
        : OptionalInt.empty();
  }
}
