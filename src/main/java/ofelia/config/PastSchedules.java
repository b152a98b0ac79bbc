package ofelia.config;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import ofelia.cron.Schedule;
import ofelia.model.JobSpec;
import ofelia.model.Problem;

/// Finds jobs that are never due again: their years have passed, or the one time at which they were
/// due. No error, since the same text was in order when it was written, and would hold back a job
/// overnight.
public final class PastSchedules {

  private PastSchedules() {}

  /// A warning for each of them.
  public static List<Problem> warnings(List<JobSpec> jobs, long nowMillis) {
    List<Problem> warnings = new ArrayList<>();
    for (JobSpec job : jobs) {
      Schedule schedule = job.schedule();
      boolean isPast =
          !job.isQuarantined()
              && schedule.hasInstants()
              && schedule.next(nowMillis, nowMillis) == Schedule.NEVER;
      if (isPast) {
        OptionalLong last = last(schedule, nowMillis);
        warnings.add(
            Problem.warning(
                job.origin(),
                "job \"" + job.name() + "\" schedule",
                "is never due again"
                    + (last.isPresent()
                        ? ": its last instant was " + Instant.ofEpochMilli(last.getAsLong())
                        : ""),
                "remove the job if it is not needed any more"));
      }
    }
    return warnings;
  }

  /// The last instant since 1970, if there is one: where the search for another one ends.
  private static OptionalLong last(Schedule schedule, long nowMillis) {
    long before = -1;
    if (schedule.next(before, nowMillis) == Schedule.NEVER) {
      return OptionalLong.empty();
    }
    long through = nowMillis;
    while (through - before > 1) {
      long between = before + (through - before) / 2;
      if (schedule.next(between, nowMillis) == Schedule.NEVER) {
        through = between;
      } else {
        before = between;
      }
    }
    return OptionalLong.of(through);
  }
}
