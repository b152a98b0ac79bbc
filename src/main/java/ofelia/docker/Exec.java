package ofelia.docker;

import io.avaje.jsonb.Json;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// An exec as its inspection shows it.
///
/// Docker Engine gives no exit code before the end, and keeps the pid after it. Podman gives the
/// exit code 0 at all times and no pid after the end, but says from then on, and never before, that
/// the exec can be removed.
///
/// @param running whether its process runs; false before its start, too
/// @param reportedExitCode as the engine gives it; [#exitCode] knows when it means something.
///   Engine 20.10 has been seen to give a wrong one after the stream of the exec was cut;
///   [Events#findExecExit] is the better witness then
/// @param pid of its process on the engine's host, 0 before its start
/// @param removable whether the engine needs it no more, which Docker Engine admits only minutes
///   after its end
@Json
public record Exec(
    @Json.Property("ID") String id,
    @Json.Property("ContainerID") String containerId,
    @Json.Property("Running") boolean running,
    @Json.Property("ExitCode") @Nullable Integer reportedExitCode,
    @Json.Property("Pid") long pid,
    @Json.Property("CanRemove") boolean removable) {

  public Exec {
    id = Absent.orEmpty(id);
    containerId = Absent.orEmpty(containerId);
  }

  /// Whether it was started at any time.
  public boolean wasStarted() {
    boolean hasCode = reportedExitCode != null && reportedExitCode != 0;
    return running || pid != 0 || removable || hasCode;
  }

  /// The exit code, when it has ended.
  public OptionalInt exitCode() {
    return running || reportedExitCode == null || !wasStarted()
        ? OptionalInt.empty()
        : OptionalInt.of(reportedExitCode);
  }

  /// Whether the engine knows that its command never became a process. Podman does not tell that of
  /// a command that has ended: one that could not be run looks like one that ended with the exit
  /// code 125, 126 or 127.
  public boolean neverWasProcess() {
    return exitCode().isPresent() && pid == 0 && !removable;
  }
}
