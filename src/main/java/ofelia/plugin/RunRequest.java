package ofelia.plugin;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import ofelia.model.Cause;
import ofelia.model.JobSpec;
import ofelia.model.RunId;

/// What to run, and why.
///
/// @param run its number
/// @param job the definition it was claimed under; later changes do not reach a run in flight
/// @param due the instant of the schedule; of other causes the instant at which it was asked for
/// @param attempt from 1
public record RunRequest(RunId run, JobSpec job, Instant due, Cause cause, int attempt) {

  /// What each run is told in its environment, in this order. A job's own `environment` cannot
  /// override it.
  public Map<String, String> environment() {
    Map<String, String> told = new LinkedHashMap<>();
    told.put("OFELIA_JOB", job.name().value());
    told.put("OFELIA_RUN_ID", run.toString());
    told.put("OFELIA_DUE", due.toString());
    told.put("OFELIA_CAUSE", cause.word());
    told.put("OFELIA_ATTEMPT", Integer.toString(attempt));
    return told;
  }
}
