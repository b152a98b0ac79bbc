package ofelia.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import ofelia.model.Key;

/// Keys of jobs about containers that are there: which of them, and what to wait for.
public final class TargetKeys {

  private TargetKeys() {}

  public static final Key<String> TARGET_SERVICE =
      NewKey.optional(
          "target-service",
          Places.TARGET_JOBS,
          "In place of `container`: the containers of this Compose or Swarm service on the engine,"
              + " looked up at each run. `project/service` where several projects have one.",
          "shop/web");

  public static final Key<List<String>> TARGET_LABEL =
      NewKey.list(
          "target-label",
          Places.TARGET_JOBS,
          "In place of `container`: the containers with this label, `name` or `name=value`; repeat"
              + " the key where several must be there.",
          "com.example.role=worker");

  public static final Key<String> TARGET_IMAGE =
      NewKey.optional(
          "target-image",
          Places.TARGET_JOBS,
          "In place of `container`: the containers that were made from this image; without a tag,"
              + " whatever their tag.",
          "postgres:16");

  /// See [Select].
  public static final Key<String> SELECT =
      NewKey.of(
          "select",
          KeyTypes.words(Select.WORDS, Map.of()),
          Select.ONE,
          Places.TARGET_JOBS,
          "Which of several containers that run, for `job-container` of those that its `action` is"
              + " for: `one` (the first by name), `oldest`, `random`, or `all` of them at once, as"
              + " one run that fails when it fails in any.",
          "all");

  /// See [WhenUnavailable].
  public static final Key<String> WHEN_UNAVAILABLE =
      NewKey.of(
          "when-unavailable",
          KeyTypes.words(WhenUnavailable.WORDS, Map.of()),
          WhenUnavailable.FAIL,
          Places.TARGET_JOBS,
          "What to do when the container is missing, stopped or paused, or does not become healthy:"
              + " `fail` the run, `skip` it, or `wait` for the container and then fail. For"
              + " `job-container` only where the `action` cannot be done with such a container.",
          "skip");

  public static final Key<Duration> WAIT_AVAILABLE =
      NewKey.of(
          "wait-available",
          KeyTypes.SOME_DURATION,
          Duration.ofMinutes(1),
          Places.TARGET_JOBS,
          "With `when-unavailable = wait`: how long.",
          "5m");

  public static final Key<Duration> WAIT_HEALTHY =
      NewKey.optional(
          "wait-healthy",
          KeyTypes.SOME_DURATION,
          Places.TARGET_JOBS,
          "Begin only when the container is healthy, and wait for that at most so long. For"
              + " `job-container` the other way round: after a `start` or `restart`, succeed only"
              + " when it is healthy.",
          "2m");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          TARGET_SERVICE,
          TARGET_LABEL,
          TARGET_IMAGE,
          SELECT,
          WHEN_UNAVAILABLE,
          WAIT_AVAILABLE,
          WAIT_HEALTHY);

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
