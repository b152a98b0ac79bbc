package ofelia.ledger;

import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.RunId;

/// An occurrence that is ours to run.
///
/// @param fence under which the ledger takes records about it
/// @param dueMillis the instant of the schedule; of other causes the instant at which it was asked
///   for
public record Claim(RunId run, JobName job, long dueMillis, Cause cause, long fence) {}
