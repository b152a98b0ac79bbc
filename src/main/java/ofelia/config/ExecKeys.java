package ofelia.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import ofelia.model.Key;

/// Keys of `job-exec` alone.
public final class ExecKeys {

  private ExecKeys() {}

  public static final Key<String> TARGET_SERVICE =
      NewKey.optional(
          "target-service",
          Places.EXEC_ONLY,
          "In place of `container`: the containers of this Compose or Swarm service on the engine,"
              + " looked up at each run. `project/service` where several projects have one.",
          "shop/web");

  public static final Key<List<String>> TARGET_LABEL =
      NewKey.list(
          "target-label",
          Places.EXEC_ONLY,
          "In place of `container`: the containers with this label, `name` or `name=value`; repeat"
              + " the key where several must be there.",
          "com.example.role=worker");

  public static final Key<String> TARGET_IMAGE =
      NewKey.optional(
          "target-image",
          Places.EXEC_ONLY,
          "In place of `container`: the containers that were made from this image; without a tag,"
              + " whatever their tag.",
          "postgres:16");

  /// See [Select].
  public static final Key<String> SELECT =
      NewKey.of(
          "select",
          KeyTypes.words(Select.WORDS, Map.of()),
          Select.ONE,
          Places.EXEC_ONLY,
          "Which of several running containers: `one` (the first by name), `oldest`, `random`, or"
              + " `all` of them at once, as one run that fails when it fails in any.",
          "all");

  /// See [WhenUnavailable].
  public static final Key<String> WHEN_UNAVAILABLE =
      NewKey.of(
          "when-unavailable",
          KeyTypes.words(WhenUnavailable.WORDS, Map.of()),
          WhenUnavailable.FAIL,
          Places.EXEC_ONLY,
          "What to do when the container is missing, stopped or paused, or does not become healthy:"
              + " `fail` the run, `skip` it, or `wait` for the container and then fail.",
          "skip");

  public static final Key<Duration> WAIT_AVAILABLE =
      NewKey.of(
          "wait-available",
          KeyTypes.SOME_DURATION,
          Duration.ofMinutes(1),
          Places.EXEC_ONLY,
          "With `when-unavailable = wait`: how long.",
          "5m");

  public static final Key<Duration> WAIT_HEALTHY =
      NewKey.optional(
          "wait-healthy",
          KeyTypes.SOME_DURATION,
          Places.EXEC_ONLY,
          "Begin only when the container is healthy, and wait for that at most so long.",
          "2m");

  public static final Key<List<String>> WAIT_HEALTHY_OF =
      NewKey.list(
          "wait-healthy-of",
          Places.EXEC_ONLY,
          "A container that must be healthy in place of the one that the command runs in; repeat"
              + " the key for several. One minute where `wait-healthy` is not written.",
          "postgres");

  public static final Key<Integer> CONSOLE_HEIGHT =
      NewKey.of(
          "console-height",
          KeyTypes.integer(0, 65_535),
          0,
          Places.EXEC_ONLY,
          "Rows of the terminal, with `tty`. `0`: the engine's default.",
          "50");

  public static final Key<Integer> CONSOLE_WIDTH =
      NewKey.of(
          "console-width",
          KeyTypes.integer(0, 65_535),
          0,
          Places.EXEC_ONLY,
          "Columns of the terminal, with `tty`. `0`: the engine's default.",
          "120");

  public static final Key<Boolean> PRIVILEGED =
      NewKey.of(
          "privileged",
          KeyTypes.BOOLEAN,
          false,
          Places.EXEC_ONLY,
          "Run the command with all capabilities.",
          "true");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          TARGET_SERVICE,
          TARGET_LABEL,
          TARGET_IMAGE,
          SELECT,
          WHEN_UNAVAILABLE,
          WAIT_AVAILABLE,
          WAIT_HEALTHY,
          WAIT_HEALTHY_OF,
          CONSOLE_HEIGHT,
          CONSOLE_WIDTH,
          PRIVILEGED);

  /// The words of `select`.
  public static final class Select {

    public static final String ONE = "one";
    public static final String OLDEST = "oldest";
    public static final String RANDOM = "random";
    public static final String ALL = "all";

    static final List<String> WORDS = List.of(ONE, OLDEST, RANDOM, ALL);

    private Select() {}
  }

  /// The words of `when-unavailable`.
  public static final class WhenUnavailable {

    public static final String FAIL = "fail";
    public static final String SKIP = "skip";
    public static final String WAIT = "wait";

    static final List<String> WORDS = List.of(FAIL, SKIP, WAIT);

    private WhenUnavailable() {}
  }
}
