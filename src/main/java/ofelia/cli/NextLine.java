package ofelia.cli;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// A due instant, as `next --json` prints it.
///
/// @param job null for an expression of the command line
/// @param schedule canonical text, with its zone
/// @param due RFC 3339 in UTC
/// @param local the same instant with the offset of the zone asked for
/// @param note what a change of the clocks has to do with it; null for nearly all
@Json
record NextLine(
    @Nullable String job, String schedule, String due, String local, @Nullable String note) {}
