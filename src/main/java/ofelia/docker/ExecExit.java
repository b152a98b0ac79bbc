package ofelia.docker;

import java.time.Instant;

/// The end of an exec, as the engine's events tell it.
///
/// @param at by the engine's clock
public record ExecExit(String execId, String containerId, int exitCode, Instant at) {}
