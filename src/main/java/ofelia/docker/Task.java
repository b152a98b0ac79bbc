package ofelia.docker;

import io.avaje.jsonb.Json;

/// A task of a service: one container on one node, from its plan to its end.
///
/// @param createdText when it was planned, as RFC 3339 text
@Json
public record Task(
    @Json.Property("ID") String id,
    @Json.Property("CreatedAt") String createdText,
    @Json.Property("NodeID") String nodeId,
    @Json.Property("Status") Status status) {

  public Task {
    id = Absent.orEmpty(id);
    createdText = Absent.orEmpty(createdText);
    nodeId = Absent.orEmpty(nodeId);
    status = Absent.or(status, Status.UNKNOWN);
  }

  /// How far it got.
  ///
  /// @param state in this order `new`, `allocated`, `pending`, `assigned`, `accepted`, `preparing`,
  ///   `ready`, `starting`, `running`, and one of `complete`, `shutdown`, `failed`, `rejected`,
  ///   `remove`, `orphaned`
  /// @param message what the swarm is doing with it
  /// @param error why it does not go on, or did not succeed; empty when all is well
  @Json
  public record Status(
      @Json.Property("State") String state,
      @Json.Property("Message") String message,
      @Json.Property("Err") String error,
      @Json.Property("ContainerStatus") InContainer container) {

    static final Status UNKNOWN = new Status("", "", "", InContainer.NONE);

    public Status {
      state = Absent.orEmpty(state);
      message = Absent.orEmpty(message);
      error = Absent.orEmpty(error);
      container = Absent.or(container, InContainer.NONE);
    }

    /// Whether it is over, however it ended.
    public boolean isEnd() {
      return switch (state) {
        case "complete", "shutdown", "failed", "rejected", "remove", "orphaned" -> true;
        default -> false;
      };
    }

    /// Whether its container was started.
    public boolean isRunning() {
      return state.equals("running");
    }
  }

  /// @param id empty before there is one
  /// @param exitCode 0 while it has not ended; negative when it is not known
  @Json
  public record InContainer(
      @Json.Property("ContainerID") String id, @Json.Property("ExitCode") int exitCode) {

    static final InContainer NONE = new InContainer("", 0);

    public InContainer {
      id = Absent.orEmpty(id);
    }
  }
}
