package ofelia.docker;

import io.avaje.jsonb.Json;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// An exec as its inspection shows it.
///
/// @param running whether its process runs; false before its start, too
/// @param reportedExitCode as the engine gives it: `null` while it has not ended. Engine 20.10 has
///   been seen to give a wrong one after the stream of the exec was cut; [Events#findExecExit] is
///   the better witness then
/// @param pid of its process on the engine's host, 0 before its start
@Json
public record Exec(
    @Json.Property("ID") String id,
    @Json.Property("ContainerID") String containerId,
    @Json.Property("Running") boolean running,
    @Json.Property("ExitCode") @Nullable Integer reportedExitCode,
    @Json.Property("Pid") long pid) {

  public Exec {
    id = Absent.orEmpty(id);
    containerId = Absent.orEmpty(containerId);
  }

  /// Whether it was started at any time.
  public boolean wasStarted() {
    return running || pid != 0 || reportedExitCode != null;
  }

  /// The exit code, when it has ended.
  public OptionalInt exitCode() {
    return running || reportedExitCode == null
        ? OptionalInt.empty()
        : OptionalInt.of(reportedExitCode);
  }
}
