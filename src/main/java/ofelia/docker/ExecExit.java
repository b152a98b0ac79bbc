package ofelia.docker;

import java.time.Instant;

/// The end of an exec, as the engine's events tell it.
///
/// Its last output may still be on its way then: whoever reads it goes on for a moment before
/// cutting it. An engine is 2 s late when a child of the exec holds its output open (it waits that
/// long for the streams); Engine 20.10, not 28, tells [Execs#inspect] earlier.
///
/// @param at by the engine's clock
public record ExecExit(String execId, String containerId, int exitCode, Instant at) {}
