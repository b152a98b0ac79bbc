package ofelia.cli;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// A due instant, as `next --json` prints it.
///
/// @param job null for an expression of the command line
/// @param schedule canonical text, with its zone
/// @param due RFC 3339 in UTC
/// @param local the same instant with the offset of the zone
/// @param zone the one asked for, else the schedule's own, else the machine's
/// @param begins when its run begins, RFC 3339 in UTC: later than it is due where jitter or
///   calendars have it so; null when it is left out
/// @param note what a change of the clocks has to do with it, and why its run does not begin then;
///   null for nearly all
@Json
record NextLine(
    @Nullable String job,
    String schedule,
    String due,
    String local,
    String zone,
    @Nullable String begins,
    @Nullable String note) {}
