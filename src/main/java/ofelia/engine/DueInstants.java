package ofelia.engine;

import java.time.Duration;
import ofelia.config.JobKeys;
import ofelia.cron.Jitter;
import ofelia.cron.Schedule;
import ofelia.cron.Stretch;
import ofelia.model.Fate;
import ofelia.model.JobName;
import ofelia.model.JobSpec;

/// When a job is due, and when its runs begin.
///
/// @param anchorMillis from where `@every` counts
/// @param jitter below which a run may begin after its instant
record DueInstants(JobName job, Schedule schedule, long anchorMillis, Duration jitter) {

  static DueInstants of(JobSpec job, long anchorMillis) {
    return new DueInstants(
        job.name(), job.schedule(), anchorMillis, job.settings().get(JobKeys.JITTER));
  }

  /// The first instant after another one, or [Schedule#NEVER].
  long next(long afterMillis) {
    return schedule.next(afterMillis, anchorMillis);
  }

  /// @param afterMillis exclusive
  /// @param throughMillis inclusive
  Stretch passed(long afterMillis, long throughMillis) {
    return schedule.passed(afterMillis, throughMillis, anchorMillis);
  }

  /// When the run of an instant begins.
  long beginMillis(long dueMillis) {
    return jitter.isZero()
        ? dueMillis
        : dueMillis + Jitter.delayMillis(job.value(), dueMillis, next(dueMillis), jitter);
  }

  /// A record of instants that were not run.
  ///
  /// @param cursorMillis where the job's cursor stands
  ofelia.ledger.Stretch missed(long cursorMillis, Stretch instants, String why) {
    return new ofelia.ledger.Stretch(
        job,
        cursorMillis,
        instants.firstMillis(),
        instants.lastMillis(),
        instants.count(),
        schedule.text(),
        anchorMillis,
        new Fate.Missed(why));
  }
}
