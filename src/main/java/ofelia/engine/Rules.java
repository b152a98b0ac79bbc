package ofelia.engine;

import java.time.Duration;
import ofelia.config.JobKeys;
import ofelia.model.JobSpec;

/// What the engine itself reads of a job's keys; the rest belongs to the runners.
///
/// @param noOverlap skip an occurrence while another run of the job goes on
/// @param misfire what becomes of instants that passed while nobody was there
/// @param maxRuntime how long a run may take, all attempts together
/// @param runOnStartup run once when the job is registered, at the daemon's start or later
/// @param maxRetries attempts after the first
/// @param outputLimitBytes how much output of an attempt is kept
/// @param stopGrace how long work may take to end by its own stop signal
record Rules(
    boolean noOverlap,
    Misfire misfire,
    Duration maxRuntime,
    boolean runOnStartup,
    int maxRetries,
    Retry retry,
    long outputLimitBytes,
    Duration stopGrace) {

  /// How long to wait before another attempt.
  record Retry(Duration delay, boolean exponential, Duration maxDelay) {

    /// @param attempt the one that failed, from 1
    Duration after(int attempt) {
      if (!exponential) {
        return delay;
      }
      // 2^20 ms is 17 minutes already; the bound keeps the shift from running over.
      long millis = delay.toMillis() << Math.min(attempt - 1, 20);
      return Duration.ofMillis(Math.min(Math.max(millis, 0), maxDelay.toMillis()));
    }
  }

  static Rules of(JobSpec job) {
    var settings = job.settings();
    return new Rules(
        settings.get(JobKeys.NO_OVERLAP),
        Misfire.of(job),
        settings.get(JobKeys.MAX_RUNTIME),
        settings.get(JobKeys.RUN_ON_STARTUP),
        settings.get(JobKeys.MAX_RETRIES),
        new Retry(
            Duration.ofMillis(settings.get(JobKeys.RETRY_DELAY_MS)),
            settings.get(JobKeys.RETRY_EXPONENTIAL),
            Duration.ofMillis(settings.get(JobKeys.RETRY_MAX_DELAY_MS))),
        settings.get(JobKeys.MAX_OUTPUT),
        settings.get(JobKeys.STOP_TIMEOUT));
  }
}
