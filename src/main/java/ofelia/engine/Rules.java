package ofelia.engine;

import java.time.Duration;
import java.util.List;
import ofelia.config.CalendarKeys;
import ofelia.config.JobKeys;
import ofelia.model.JobSpec;
import ofelia.model.Settings;

/// What the engine itself reads of a job's keys; the rest belongs to the runners.
///
/// @param noOverlap skip an occurrence while another run of the job goes on
/// @param misfire what becomes of instants that passed while nobody was there
/// @param maxRuntime how long a run may take, all attempts together
/// @param runOnStartup run once when the job is registered, at the daemon's start or later
/// @param maxRetries attempts after the first
/// @param outputLimitBytes how much output of an attempt is kept
/// @param stopGrace how long work may take to end by its own stop signal
/// @param calendars in whose times a run of the schedule may begin, or may not
record Rules(
    boolean noOverlap,
    Misfire misfire,
    Duration maxRuntime,
    boolean runOnStartup,
    int maxRetries,
    Retry retry,
    long outputLimitBytes,
    Duration stopGrace,
    Calendars calendars) {

  /// Names of calendars.
  ///
  /// @param exclude in whose times no run begins
  /// @param include outside of which no run begins; none for all times
  /// @param defer whether a run is put off rather than skipped
  record Calendars(List<String> exclude, List<String> include, boolean defer) {

    /// Of nearly all jobs, so that they share it.
    static final Calendars NONE = new Calendars(List.of(), List.of(), false);

    static Calendars of(Settings settings) {
      List<String> exclude = settings.get(CalendarKeys.EXCLUDE_CALENDARS);
      List<String> include = settings.get(CalendarKeys.INCLUDE_CALENDARS);
      return exclude.isEmpty() && include.isEmpty()
          ? NONE
          : new Calendars(
              exclude, include, settings.get(CalendarKeys.CALENDAR_ACTION).equals("defer"));
    }

    boolean areNone() {
      return exclude.isEmpty() && include.isEmpty();
    }
  }

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
        settings.get(JobKeys.STOP_TIMEOUT),
        Calendars.of(settings));
  }
}
