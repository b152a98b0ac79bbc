package ofelia.ledger;

import ofelia.model.Fate;
import ofelia.model.JobName;

/// Consecutive due instants of a job that were not run, all with one fate.
///
/// @param cursorMillis where the job's cursor must stand; it moves to `lastMillis`
/// @param firstMillis inclusive
/// @param lastMillis inclusive
/// @param count how many instants from first to last, at least 1
/// @param schedule the canonical text under which they were due, to list them one by one
/// @param anchorMillis the anchor under which they were due
/// @param fate [Fate.Missed] or [Fate.Refused]
public record Stretch(
    JobName job,
    long cursorMillis,
    long firstMillis,
    long lastMillis,
    long count,
    String schedule,
    long anchorMillis,
    Fate fate) {}
