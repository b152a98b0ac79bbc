package ofelia.cli;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// A job, as `jobs --json` prints it.
///
/// @param source where it comes from: `ini`, `labels`
/// @param schedule canonical text, with its zone
/// @param present false for a job that was removed from its source
/// @param next RFC 3339 in UTC; null when it is not due by itself any more
/// @param lastDue of the latest due instant on record, like the others of this name; null when
///   nothing was due yet
/// @param daemon whether a daemon holds the store; without one nothing becomes due
@Json
record JobLine(
    String job,
    String kind,
    String source,
    String schedule,
    boolean present,
    @Nullable String next,
    @Nullable String lastDue,
    @Nullable String lastFate,
    @Nullable String lastOutcome,
    @Nullable String lastRun,
    boolean daemon) {}
