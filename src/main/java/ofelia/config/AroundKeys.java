package ofelia.config;

import java.time.Duration;
import java.util.List;
import ofelia.model.Key;
import ofelia.model.Settings;

/// Keys for containers that must stand still while a job's work goes on.
public final class AroundKeys {

  private AroundKeys() {}

  /// What a container is named by, besides its name or id.
  public static final String SERVICE = "service:";

  public static final String LABEL = "label:";

  public static final Key<List<String>> STOP_DURING_RUN =
      NewKey.of(
          "stop-during-run",
          KeyTypes.COMMA_LIST,
          List.of(),
          Places.AROUND_JOBS,
          "Containers to stop before the work begins and to start again when it has ended, whatever"
              + " becomes of it: a name or id, `service:NAME` or `service:PROJECT/NAME` for those of a"
              + " Compose service, `label:NAME=VALUE` for those with a label. In this order, and"
              + " started in the opposite one.",
          "shop-db-1, service:shop/web");

  public static final Key<List<String>> PAUSE_DURING_RUN =
      NewKey.of(
          "pause-during-run",
          KeyTypes.COMMA_LIST,
          List.of(),
          Places.AROUND_JOBS,
          "Containers to pause before the work begins and to let go on when it has ended. Named as in"
              + " `stop-during-run`, and paused after what that names.",
          "cache");

  public static final Key<Duration> STOP_DURING_RUN_TIMEOUT =
      NewKey.optional(
          "stop-during-run-timeout",
          KeyTypes.SOME_DURATION,
          Places.AROUND_JOBS,
          "How long each container of `stop-during-run` may take to stop before it is killed;"
              + " otherwise what the container says (`stop_grace_period` in Compose), or `10s`.",
          "1m");

  public static final Key<Duration> HEALTHY_AFTER_RUN =
      NewKey.optional(
          "healthy-after-run",
          KeyTypes.SOME_DURATION,
          Places.AROUND_JOBS,
          "Wait until each container that was started again is healthy, before the next is started"
              + " and the run ends, and fail the run when that takes longer.",
          "2m");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(STOP_DURING_RUN, PAUSE_DURING_RUN, STOP_DURING_RUN_TIMEOUT, HEALTHY_AFTER_RUN);

  /// Whether a job has containers that must stand still.
  public static boolean areIn(Settings settings) {
    return !settings.get(STOP_DURING_RUN).isEmpty() || !settings.get(PAUSE_DURING_RUN).isEmpty();
  }
}
