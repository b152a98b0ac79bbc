package ofelia.ledger;

import ofelia.model.Cause;
import ofelia.model.JobName;

/// A due instant to be claimed.
///
/// @param cursorMillis where the job's cursor must stand; it moves to the due instant
/// @param cause one [Cause#isOfSchedule]
public record Planned(JobName job, long cursorMillis, long dueMillis, Cause cause) {

  /// An instant that is claimed in its time.
  public Planned(JobName job, long cursorMillis, long dueMillis) {
    this(job, cursorMillis, dueMillis, Cause.SCHEDULE);
  }
}
