package ofelia.ledger;

import ofelia.model.JobName;

/// A due instant to be claimed.
///
/// @param cursorMillis where the job's cursor must stand; it moves to the due instant
public record Planned(JobName job, long cursorMillis, long dueMillis) {}
