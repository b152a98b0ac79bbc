package ofelia.cli;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// A job, as `jobs --json` prints it.
///
/// @param source where it comes from: `ini`, `labels`
/// @param schedule canonical text, with its zone
/// @param present false for a job that was removed from its source
/// @param next when its next run begins, RFC 3339 in UTC, as jitter and calendars have it; null
///   when none does any more
/// @param nextDue the due instant of that run
/// @param nextNote why it begins later than it is due, or why none begins; null where there is
///   nothing to say
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
    @Nullable String nextDue,
    @Nullable String nextNote,
    @Nullable String lastDue,
    @Nullable String lastFate,
    @Nullable String lastOutcome,
    @Nullable String lastRun,
    boolean daemon) {}
