package ofelia.config;

import static ofelia.model.Key.Place.GLOBAL;
import static ofelia.model.Key.Place.GLOBAL_LABEL;
import static ofelia.model.Key.Place.JOB_EXEC;
import static ofelia.model.Key.Place.JOB_LOCAL;
import static ofelia.model.Key.Place.JOB_NOOP;
import static ofelia.model.Key.Place.JOB_RUN;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.ValueType;

/// Keys of jobs. Those that may also stand in `[global]` are inherited: a job that does not write
/// them has the global value.
public final class JobKeys {

  private JobKeys() {}

  private static final Set<Place> EVERY_JOB = Set.of(JOB_EXEC, JOB_RUN, JOB_LOCAL, JOB_NOOP);
  private static final Set<Place> EVERY_JOB_AND_GLOBAL =
      Set.of(JOB_EXEC, JOB_RUN, JOB_LOCAL, JOB_NOOP, GLOBAL);
  private static final Set<Place> CONTAINER_JOBS = Set.of(JOB_EXEC, JOB_RUN);
  private static final Set<Place> EXEC_ONLY = Set.of(JOB_EXEC);
  private static final Set<Place> RUN_ONLY = Set.of(JOB_RUN);

  /// Read into the schedule of a [ofelia.model.JobSpec], not into its settings.
  public static final Key<String> SCHEDULE =
      required(
          "schedule",
          EVERY_JOB,
          "When the job is due: five or six cron fields, `@hourly` and its kin, `@every DURATION`,"
              + " or `@triggered` for never by itself. `CRON_TZ=ZONE` may stand before it.",
          "30 3 * * MON-FRI");

  public static final Key<String> COMMAND =
      key(
          "command",
          KeyTypes.TEXT,
          "",
          EVERY_JOB,
          "The command, split into words at blanks outside quotes. No shell: write `sh -c \"…\"`"
              + " for one. Required but for `job-run`, where it is the image's own when not"
              + " written.",
          "sh -c \"pg_dump shop > /backup/shop.sql\"");

  public static final Key<Boolean> RUN_ON_STARTUP =
      key(
          "run-on-startup",
          KeyTypes.BOOLEAN,
          false,
          EVERY_JOB,
          "Run once as well when the daemon has started, or the job is added later.",
          "true");

  public static final Key<Boolean> NO_OVERLAP =
      key(
          "no-overlap",
          KeyTypes.BOOLEAN,
          false,
          EVERY_JOB,
          "Skip a due run while an earlier one of the same job is still going on.",
          "true");

  /// Never zero.
  public static final Key<Duration> MAX_RUNTIME =
      key(
          "max-runtime",
          KeyTypes.DURATION_OR_UNSET,
          Duration.ofHours(24),
          Set.of(JOB_EXEC, JOB_RUN, JOB_LOCAL, JOB_NOOP, GLOBAL, GLOBAL_LABEL),
          "How long a run may take before it is ended. `0` is the same as not written.",
          "2h");

  public static final Key<Duration> MAX_LATENESS =
      key(
          "max-lateness",
          KeyTypes.DURATION,
          Duration.ofSeconds(60),
          EVERY_JOB_AND_GLOBAL,
          "How late a run may still begin when nobody was there at its instant, for example because"
              + " the daemon was down. Later than that it is recorded as missed.",
          "15m");

  /// Bytes.
  public static final Key<Long> MAX_OUTPUT =
      key(
          "max-output",
          KeyTypes.SIZE,
          256L << 20,
          EVERY_JOB_AND_GLOBAL,
          "How much output of one run is kept. The rest is dropped, and the output says so.",
          "10MiB");

  public static final Key<Integer> MAX_RETRIES =
      key(
          "max-retries",
          KeyTypes.integer(0, 1_000),
          0,
          EVERY_JOB,
          "How often a failed run is tried again.",
          "3");

  public static final Key<Integer> RETRY_DELAY_MS =
      key(
          "retry-delay-ms",
          KeyTypes.integer(0, Integer.MAX_VALUE),
          1_000,
          EVERY_JOB,
          "Milliseconds before the first of these tries.",
          "5000");

  public static final Key<Boolean> RETRY_EXPONENTIAL =
      key(
          "retry-exponential",
          KeyTypes.BOOLEAN,
          true,
          EVERY_JOB,
          "Double the delay with each try.",
          "false");

  public static final Key<Integer> RETRY_MAX_DELAY_MS =
      key(
          "retry-max-delay-ms",
          KeyTypes.integer(0, Integer.MAX_VALUE),
          60_000,
          EVERY_JOB,
          "Milliseconds that a doubled delay never exceeds.",
          "300000");

  /// A name or id, resolved when the run begins.
  public static final Key<String> CONTAINER =
      optional(
          "container",
          CONTAINER_JOBS,
          "For `job-exec` the running container to run the command in, by name or id. For `job-run`"
              + " an existing container to start as it is, instead of a fresh one of an `image`: it"
              + " is not removed, and no variable can be put into it, `OFELIA_RUN_ID` and its kin"
              + " included.",
          "postgres");

  /// The empty text is the image's or container's own user.
  public static final Key<String> USER =
      key(
          "user",
          KeyTypes.USER,
          "nobody",
          CONTAINER_JOBS,
          "The user, or `user:group`, of the command; otherwise `default-user` of `[global]`."
              + " `default` or empty: the image's or container's own.",
          "www-data");

  public static final Key<Boolean> TTY =
      key(
          "tty",
          KeyTypes.BOOLEAN,
          false,
          CONTAINER_JOBS,
          "Give the command a terminal. Its output and errors are then one stream.",
          "true");

  public static final Key<List<String>> ENVIRONMENT =
      list(
          "environment",
          Set.of(JOB_EXEC, JOB_RUN, JOB_LOCAL),
          "A variable `NAME=value` for the command; repeat the key for several. Stronger than"
              + " `env-from`, which is stronger than `env-file`.",
          "PGDATABASE=shop");

  public static final Key<List<String>> ENV_FILE =
      list(
          "env-file",
          Set.of(JOB_EXEC, JOB_RUN, JOB_LOCAL),
          "A file of `NAME=value` lines that the daemon reads at each run; repeat the key for"
              + " several.",
          "/etc/ofelia/shop.env");

  public static final Key<List<String>> ENV_FROM =
      list(
          "env-from",
          CONTAINER_JOBS,
          "A container whose configured variables are copied at each run; repeat the key for"
              + " several.",
          "postgres");

  public static final Key<String> WORKING_DIR =
      optional(
          "working-dir",
          CONTAINER_JOBS,
          "The directory to run in, instead of the container's own.",
          "/srv/app");

  public static final Key<Boolean> PRIVILEGED =
      key(
          "privileged",
          KeyTypes.BOOLEAN,
          false,
          EXEC_ONLY,
          "Run the command with all capabilities.",
          "true");

  public static final Key<Integer> CONSOLE_HEIGHT =
      key(
          "console-height",
          KeyTypes.integer(0, 65_535),
          0,
          EXEC_ONLY,
          "Rows of the terminal, with `tty`. `0`: the engine's default.",
          "50");

  public static final Key<Integer> CONSOLE_WIDTH =
      key(
          "console-width",
          KeyTypes.integer(0, 65_535),
          0,
          EXEC_ONLY,
          "Columns of the terminal, with `tty`. `0`: the engine's default.",
          "120");

  public static final Key<String> IMAGE =
      optional(
          "image",
          RUN_ONLY,
          "The image of the fresh container. `image` or `container` is required.",
          "restic/restic:0.17.3");

  /// Not written: one of job and run. Written empty: the engine's choice.
  public static final Key<String> CONTAINER_NAME =
      optional(
          "container-name",
          RUN_ONLY,
          "The name of the fresh container; otherwise the job's name and the run's id. Empty: the"
              + " engine picks one.",
          "nightly-backup");

  public static final Key<Boolean> PULL =
      key(
          "pull",
          KeyTypes.PULL,
          true,
          RUN_ONLY,
          "Pull the image before each run, and use the local one when that fails. `false`: pull"
              + " only an image that is not there.",
          "false");

  public static final Key<Boolean> DELETE =
      key(
          "delete",
          KeyTypes.BOOLEAN,
          true,
          RUN_ONLY,
          "Remove the fresh container when the run has ended.",
          "false");

  public static final Key<String> NETWORK =
      optional(
          "network", RUN_ONLY, "A network to connect the fresh container to, by name.", "backend");

  public static final Key<String> HOSTNAME =
      optional("hostname", RUN_ONLY, "The host name inside the fresh container.", "backup");

  /// Written empty: an empty entrypoint, which differs from the image's own.
  public static final Key<String> ENTRYPOINT =
      optional(
          "entrypoint",
          RUN_ONLY,
          "The entrypoint, split like a command, instead of the image's own. Empty: none.",
          "/bin/sh -c");

  public static final Key<List<String>> VOLUME =
      list(
          "volume",
          RUN_ONLY,
          "A volume or host directory, `source:target` or `source:target:ro`; repeat the key for"
              + " several.",
          "/srv/backup:/backup:ro");

  public static final Key<List<String>> VOLUMES_FROM =
      list(
          "volumes-from",
          RUN_ONLY,
          "A container whose volumes are mounted too; repeat the key for several.",
          "postgres");

  public static final Key<List<String>> ANNOTATIONS =
      list(
          "annotations",
          RUN_ONLY,
          "A label `name=value` for the fresh container; repeat the key for several.",
          "com.example.team=web");

  public static final Key<String> STOP_SIGNAL =
      optional(
          "stop-signal",
          RUN_ONLY,
          "The signal that asks the container to end when a run is stopped, instead of the image's"
              + " own.",
          "SIGINT");

  /// Never zero.
  public static final Key<Duration> STOP_TIMEOUT =
      key(
          "stop-timeout",
          KeyTypes.DURATION_OR_UNSET,
          Duration.ofSeconds(10),
          Set.of(JOB_RUN, JOB_LOCAL),
          "How long a run that is stopped may take to end before it is killed.",
          "30s");

  public static final Key<String> DIR =
      optional(
          "dir",
          Set.of(JOB_LOCAL),
          "The directory to run in, instead of the daemon's own.",
          "/srv/app");

  private static <T> Key<T> key(
      String name,
      ValueType<T> type,
      T fallback,
      Set<Place> places,
      String meaning,
      String example) {
    return new Key<>(name, type, Optional.of(fallback), places, meaning, example, true);
  }

  private static Key<List<String>> list(
      String name, Set<Place> places, String meaning, String example) {
    return key(name, KeyTypes.LIST, List.of(), places, meaning, example);
  }

  private static Key<String> optional(
      String name, Set<Place> places, String meaning, String example) {
    return new Key<>(name, KeyTypes.TEXT, Optional.empty(), places, meaning, example, true);
  }

  private static Key<String> required(
      String name, Set<Place> places, String meaning, String example) {
    return optional(name, places, meaning, example);
  }

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          SCHEDULE,
          COMMAND,
          CONTAINER,
          IMAGE,
          CONTAINER_NAME,
          USER,
          DIR,
          WORKING_DIR,
          ENVIRONMENT,
          ENV_FILE,
          ENV_FROM,
          TTY,
          CONSOLE_HEIGHT,
          CONSOLE_WIDTH,
          PRIVILEGED,
          ENTRYPOINT,
          HOSTNAME,
          NETWORK,
          VOLUME,
          VOLUMES_FROM,
          ANNOTATIONS,
          PULL,
          DELETE,
          STOP_SIGNAL,
          STOP_TIMEOUT,
          RUN_ON_STARTUP,
          NO_OVERLAP,
          MAX_RUNTIME,
          MAX_LATENESS,
          MAX_OUTPUT,
          MAX_RETRIES,
          RETRY_DELAY_MS,
          RETRY_EXPONENTIAL,
          RETRY_MAX_DELAY_MS);
}
