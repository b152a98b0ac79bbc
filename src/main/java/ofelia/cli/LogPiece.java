package ofelia.cli;

import io.avaje.jsonb.Json;

/// A piece of a run's output, as `logs --json` prints it.
///
/// @param time when it was taken, RFC 3339 in UTC
/// @param channel `stdout` or `stderr`; `mark` for a note that is no output, such as a cut
/// @param text decoded as UTF-8, a character that spans two pieces given with the second
@Json
record LogPiece(String run, String time, String channel, String text) {}
