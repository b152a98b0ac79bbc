package ofelia.engine;

import ofelia.cron.Schedule;
import ofelia.model.JobName;

/// A job whose due instants after `sinceMillis` must be on record once they have passed.
///
/// @param anchorMillis from where `@every` counts
/// @param sinceMillis since when this start has seen to the job under this schedule
/// @param era the present [ofelia.ledger.Era]
public record Watched(
    JobName job, Schedule schedule, long anchorMillis, long sinceMillis, int era) {}
