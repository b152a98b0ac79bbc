package ofelia.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import ofelia.model.Key;

/// Keys of jobs of every kind, or nearly. Those that may also stand in `[global]` are inherited: a
/// job that does not write them has the global value.
public final class JobKeys {

  private JobKeys() {}

  public static final Key<String> COMMAND =
      NewKey.of(
          "command",
          KeyTypes.TEXT,
          "",
          Places.COMMAND_JOBS,
          "The command, split into words at blanks outside quotes. No shell: write `sh -c \"…\"`"
              + " for one. Required but for `job-run`, `job-service-run` and `job-compose`, where it is"
              + " the image's or the service's own when not written.",
          "sh -c \"pg_dump shop > /backup/shop.sql\"");

  public static final Key<List<String>> ENVIRONMENT =
      NewKey.list(
          "environment",
          Places.PROGRAM_JOBS,
          "A variable `NAME=value` for the command; repeat the key for several. Stronger than"
              + " `env-from`, which is stronger than `env-file`.",
          "PGDATABASE=shop");

  public static final Key<List<String>> ENV_FILE =
      NewKey.list(
          "env-file",
          Places.PROGRAM_JOBS,
          "A file of `NAME=value` lines that the daemon reads at each run; repeat the key for"
              + " several.",
          "/etc/ofelia/shop.env");

  public static final Key<Boolean> RUN_ON_STARTUP =
      NewKey.of(
          "run-on-startup",
          KeyTypes.BOOLEAN,
          false,
          Places.EVERY_JOB,
          "Run once as well when the daemon has started, or the job is added later.",
          "true");

  public static final Key<Boolean> NO_OVERLAP =
      NewKey.of(
          "no-overlap",
          KeyTypes.BOOLEAN,
          false,
          Places.EVERY_JOB,
          "Skip a due run while an earlier one of the same job is still going on.",
          "true");

  /// Never zero.
  public static final Key<Duration> MAX_RUNTIME =
      NewKey.of(
          "max-runtime",
          KeyTypes.DURATION_OR_UNSET,
          Duration.ofHours(24),
          Places.EVERY_JOB_AND_GLOBALS,
          "How long a run may take before it is ended. `0` is the same as not written.",
          "2h");

  /// Never zero.
  public static final Key<Duration> STOP_TIMEOUT =
      NewKey.of(
          "stop-timeout",
          KeyTypes.DURATION_OR_UNSET,
          Duration.ofSeconds(10),
          Places.STOPPED_BY_SIGNAL,
          "How long a run that is stopped may take to end before it is killed. For `job-container`: how"
              + " long a container that it stops or restarts may take; otherwise the container's own time.",
          "30s");

  public static final Key<Duration> MAX_LATENESS =
      NewKey.of(
          "max-lateness",
          KeyTypes.DURATION,
          Duration.ofSeconds(60),
          Places.EVERY_JOB_AND_GLOBAL,
          "How late a run may still begin when nobody was there at its instant, for example because"
              + " the daemon was down. Later than that it is recorded as missed, unless `misfire`"
              + " asks for more.",
          "15m");

  public static final Key<String> MISFIRE =
      NewKey.of(
          "misfire",
          KeyTypes.words(
              List.of("skip", "latest", "all"),
              Map.of(
                  "", "skip",
                  "none", "skip",
                  "last", "latest",
                  "once", "latest",
                  "newest", "latest")),
          "skip",
          Places.EVERY_JOB_AND_GLOBAL,
          "What becomes of instants that passed while nobody was there. `skip`: they are missed, but"
              + " for the newest where it is not later than `max-lateness`. `latest`: the newest"
              + " runs, the others are missed. `all`: all of them run, the oldest first, one after"
              + " another. Only within `catch-up-window`.",
          "latest");

  /// Never zero.
  public static final Key<Duration> CATCH_UP_WINDOW =
      NewKey.of(
          "catch-up-window",
          KeyTypes.SOME_DURATION,
          Duration.ofHours(24),
          Places.EVERY_JOB_AND_GLOBAL,
          "With `misfire = latest` or `all`: how long ago an instant may be to be made up for. Older"
              + " ones are missed.",
          "3d");

  public static final Key<Integer> MAX_CATCH_UP =
      NewKey.of(
          "max-catch-up",
          KeyTypes.integer(1, 1_000),
          100,
          Places.EVERY_JOB_AND_GLOBAL,
          "With `misfire = all`: how many instants are made up for at most. These are the newest; the"
              + " others are missed.",
          "10");

  public static final Key<Duration> JITTER =
      NewKey.of(
          "jitter",
          KeyTypes.DURATION,
          Duration.ZERO,
          Places.EVERY_JOB_AND_GLOBAL,
          "Begin a little after the instant: a delay below this that never reaches the next instant,"
              + " computed from the job's name and the instant. Spreads jobs that are due together.",
          "5m");

  /// Bytes.
  public static final Key<Long> MAX_OUTPUT =
      NewKey.of(
          "max-output",
          KeyTypes.SIZE,
          256L << 20,
          Places.EVERY_JOB_AND_GLOBAL,
          "How much output of one run is kept. The rest is dropped, and the output says so.",
          "10MiB");

  public static final Key<Integer> MAX_RETRIES =
      NewKey.of(
          "max-retries",
          KeyTypes.integer(0, 1_000),
          0,
          Places.EVERY_JOB,
          "How often a failed run is tried again.",
          "3");

  public static final Key<Integer> RETRY_DELAY_MS =
      NewKey.of(
          "retry-delay-ms",
          KeyTypes.integer(0, Integer.MAX_VALUE),
          1_000,
          Places.EVERY_JOB,
          "Milliseconds before the first of these tries.",
          "5000");

  public static final Key<Boolean> RETRY_EXPONENTIAL =
      NewKey.of(
          "retry-exponential",
          KeyTypes.BOOLEAN,
          true,
          Places.EVERY_JOB,
          "Double the delay with each try.",
          "false");

  public static final Key<Integer> RETRY_MAX_DELAY_MS =
      NewKey.of(
          "retry-max-delay-ms",
          KeyTypes.integer(0, Integer.MAX_VALUE),
          60_000,
          Places.EVERY_JOB,
          "Milliseconds that a doubled delay never exceeds.",
          "300000");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          COMMAND,
          ENVIRONMENT,
          ENV_FILE,
          RUN_ON_STARTUP,
          NO_OVERLAP,
          MAX_RUNTIME,
          STOP_TIMEOUT,
          MAX_LATENESS,
          MISFIRE,
          CATCH_UP_WINDOW,
          MAX_CATCH_UP,
          JITTER,
          MAX_OUTPUT,
          MAX_RETRIES,
          RETRY_DELAY_MS,
          RETRY_EXPONENTIAL,
          RETRY_MAX_DELAY_MS);
}
