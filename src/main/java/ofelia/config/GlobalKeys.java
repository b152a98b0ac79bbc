package ofelia.config;

import static ofelia.model.Key.Place.GLOBAL;
import static ofelia.model.Key.Place.GLOBAL_LABEL;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.ValueType;

/// Keys of the section `[global]` that are in force for the program as a whole. Keys that jobs
/// inherit from it are in [JobKeys].
public final class GlobalKeys {

  private GlobalKeys() {}

  private static final Set<Place> ALSO_AS_LABEL = Set.of(GLOBAL, GLOBAL_LABEL);

  public static final Key<String> LOG_LEVEL =
      key(
          "log-level",
          KeyTypes.words(
              List.of("debug", "info", "warn", "error"),
              Map.of(
                  "trace", "debug",
                  "", "info",
                  "notice", "info",
                  "warning", "warn",
                  "fatal", "error",
                  "panic", "error",
                  "critical", "error")),
          "info",
          ALSO_AS_LABEL,
          "How much the daemon logs. `trace` is `debug`, `notice` is `info`, `fatal`, `panic` and"
              + " `critical` are `error`.",
          "debug");

  public static final Key<String> LOG_FORMAT =
      key(
          "log-format",
          KeyTypes.words(List.of("text", "json"), Map.of()),
          "text",
          Set.of(GLOBAL),
          "How log lines look: `text` is `time=… level=… msg=…`, `json` one object a line.",
          "json");

  public static final Key<String> LOG_FILE =
      key(
          "log-file",
          KeyTypes.TEXT,
          "",
          Set.of(GLOBAL),
          "A file that gets the log as well as standard output does. Empty: none.",
          "/var/log/ofelia.log");

  public static final Key<Long> LOG_FILE_MAX_SIZE =
      key(
          "log-file-max-size",
          KeyTypes.SIZE,
          10L << 20,
          Set.of(GLOBAL),
          "When the log file reaches this size it is renamed to `….1`, and a new one is begun.",
          "50MiB");

  public static final Key<Integer> LOG_FILE_COUNT =
      key(
          "log-file-count",
          KeyTypes.integer(1, 1_000),
          5,
          Set.of(GLOBAL),
          "How many log files are kept, the present one included.",
          "10");

  /// Empty means the usual places.
  public static final Key<String> STORE =
      key(
          "store",
          KeyTypes.TEXT,
          "",
          Set.of(GLOBAL),
          "Where the daemon keeps its history: a directory, or `:memory:` to forget everything at"
              + " the end. Empty: `$XDG_STATE_HOME/ofelia`, `/var/lib/ofelia` where it is writable,"
              + " else `~/.local/state/ofelia`.",
          "/var/lib/ofelia");

  public static final Key<Integer> MAX_CONCURRENT_RUNS =
      key(
          "max-concurrent-runs",
          KeyTypes.integer(1, Integer.MAX_VALUE),
          1_000,
          Set.of(GLOBAL),
          "How many runs may go on at once. Those above it wait, visibly.",
          "50");

  public static final Key<Duration> HISTORY_MAX_AGE =
      key(
          "history-max-age",
          KeyTypes.DURATION,
          Duration.ofDays(90),
          Set.of(GLOBAL),
          "How long ended runs and their output are kept. The last 100 of each job stay whatever"
              + " their age.",
          "30d");

  public static final Key<Duration> SHUTDOWN_TIMEOUT =
      key(
          "shutdown-timeout",
          KeyTypes.DURATION,
          Duration.ofSeconds(8),
          Set.of(GLOBAL),
          "How long the daemon waits for running jobs when it is told to end, before it stops them."
              + " `docker stop` kills after 10s.",
          "5m");

  public static final Key<Boolean> LEAVE_RUNNING =
      key(
          "leave-running",
          KeyTypes.BOOLEAN,
          false,
          Set.of(GLOBAL),
          "Leave running containers alone when the daemon ends. Its next start takes them up"
              + " again.",
          "true");

  /// The empty text is the image's or container's own user.
  public static final Key<String> DEFAULT_USER =
      key(
          "default-user",
          KeyTypes.USER,
          "nobody",
          Set.of(GLOBAL),
          "The user of container jobs that name none. `default` or empty: the image's or"
              + " container's own.",
          "default");

  public static final Key<Boolean> ALLOW_HOST_JOBS_FROM_LABELS =
      key(
          "allow-host-jobs-from-labels",
          KeyTypes.BOOLEAN,
          false,
          Set.of(GLOBAL),
          "Accept jobs from container labels that reach the host: `job-local`, host directories as"
              + " `volume`, `volumes-from`, `env-file`, `privileged`, `cap-add` beyond the engine's"
              + " own choice, `security-opt` that loosens, `gpus`, the `network` of the host or of"
              + " another container, and other containers that stand still during a run. Whoever can start a container then controls the host.",
          "true");

  public static final Key<Boolean> ALLOW_CONTAINER_JOBS_FROM_LABELS =
      key(
          "allow-container-jobs-from-labels",
          KeyTypes.BOOLEAN,
          false,
          Set.of(GLOBAL),
          "Accept `job-container` from container labels. Whoever can start a container can then"
              + " stop, restart and pause all others, and have removed what is not used."
              + " `allow-host-jobs-from-labels` includes it.",
          "true");

  public static final Key<String> JOB_EXEC_LABEL_SCOPE =
      key(
          "job-exec-label-scope",
          KeyTypes.words(
              List.of("service", "container", "container-service"), Map.of("", "service")),
          "service",
          Set.of(GLOBAL),
          "What stands before the dot in the name of a `job-exec` or `job-container` from labels: the Compose service"
              + " (else the container), the container, or both.",
          "container");

  /// Also in the settings of each `job-http`, which has it from here and nowhere else.
  public static final Key<List<String>> HTTP_ALLOWED_HOSTS =
      key(
          "http-allowed-hosts",
          KeyTypes.COMMA_LIST,
          List.of(),
          Set.of(GLOBAL),
          "The hosts that `job-http` may call, redirects included: `name`, `name:port`, `*.name` for"
              + " those below it, or `*`. Not written: jobs from files may call any, those from"
              + " labels none.",
          "status.example.com, *.hooks.example.com");

  private static <T> Key<T> key(
      String name,
      ValueType<T> type,
      T fallback,
      Set<Place> places,
      String meaning,
      String example) {
    return new Key<>(name, type, Optional.of(fallback), places, meaning, example, true);
  }

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          STORE,
          LOG_LEVEL,
          LOG_FORMAT,
          LOG_FILE,
          LOG_FILE_MAX_SIZE,
          LOG_FILE_COUNT,
          MAX_CONCURRENT_RUNS,
          HISTORY_MAX_AGE,
          SHUTDOWN_TIMEOUT,
          LEAVE_RUNNING,
          DEFAULT_USER,
          ALLOW_HOST_JOBS_FROM_LABELS,
          ALLOW_CONTAINER_JOBS_FROM_LABELS,
          JOB_EXEC_LABEL_SCOPE,
          HTTP_ALLOWED_HOSTS);
}
