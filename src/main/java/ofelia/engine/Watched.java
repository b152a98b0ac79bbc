package ofelia.engine;

import ofelia.cron.Schedule;
import ofelia.model.JobName;

/// A job's due instants that must be on record: those after `sinceMillis` up to and including
/// `cursorMillis`.
///
/// @param anchorMillis from where `@every` counts
/// @param sinceMillis since when this start has seen to the job under this schedule
/// @param cursorMillis how far its instants have been dealt with; may lie ahead of now
/// @param era the present [ofelia.ledger.Era]
public record Watched(
    JobName job,
    Schedule schedule,
    long anchorMillis,
    long sinceMillis,
    long cursorMillis,
    int era) {}
