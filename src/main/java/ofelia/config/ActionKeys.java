package ofelia.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import ofelia.model.Key;

/// Keys of `job-container` alone.
public final class ActionKeys {

  private ActionKeys() {}

  /// See [Action].
  public static final Key<String> ACTION =
      NewKey.optional(
          "action",
          KeyTypes.words(Action.WORDS, Map.of()),
          Places.CONTAINER_ONLY,
          "What is done: `restart`, `stop`, `start`, `pause`, `unpause` or `kill` a container, or"
              + " `prune` what nothing uses. Required.",
          "restart");

  public static final Key<String> SIGNAL =
      NewKey.of(
          "signal",
          RunTypes.SIGNAL,
          "SIGKILL",
          Places.CONTAINER_ONLY,
          "With `action = kill`: the signal to send, such as `SIGHUP` to have a configuration read"
              + " again.",
          "SIGHUP");

  /// See [Unused].
  public static final Key<List<String>> PRUNE =
      NewKey.of(
          "prune",
          KeyTypes.wordList(
              Unused.WORDS,
              Map.ofEntries(
                  Map.entry("container", Unused.CONTAINERS),
                  Map.entry("network", Unused.NETWORKS),
                  Map.entry("volume", Unused.VOLUMES),
                  Map.entry("image", Unused.IMAGES))),
          List.of(),
          Places.CONTAINER_ONLY,
          "With `action = prune`: what to remove when nothing uses it: `containers` that do not run,"
              + " `networks`, `volumes`, `images`, `build-cache`.",
          "containers, images");

  public static final Key<Duration> PRUNE_UNTIL =
      NewKey.optional(
          "prune-until",
          KeyTypes.SOME_DURATION,
          Places.CONTAINER_ONLY,
          "Prune only what was made longer ago than this. Not for `volumes`, of which engines do not"
              + " take it.",
          "3d");

  public static final Key<List<String>> PRUNE_LABEL =
      NewKey.list(
          "prune-label",
          Places.CONTAINER_ONLY,
          "Prune only what has this label, `name` or `name=value`; repeat the key where several must"
              + " be there. Not for `build-cache`.",
          "com.example.stage=test");

  public static final Key<String> PRUNE_KEEP_LABEL =
      NewKey.optional(
          "prune-keep-label",
          Places.CONTAINER_ONLY,
          "Prune nothing that has this label, `name` or `name=value`. Not for `build-cache`.",
          "com.example.keep");

  public static final Key<List<String>> PRUNE_NAME =
      NewKey.of(
          "prune-name",
          KeyTypes.COMMA_LIST,
          List.of(),
          Places.CONTAINER_ONLY,
          "Prune these and nothing else, where nothing uses them: names, of images such as"
              + " `shop:old`. Not for `build-cache`.",
          "shop-import, shop-scratch");

  public static final Key<Boolean> PRUNE_ALL =
      NewKey.of(
          "prune-all",
          KeyTypes.BOOLEAN,
          false,
          Places.CONTAINER_ONLY,
          "Prune also `images` that have a name, `volumes` that have one, and all of the"
              + " `build-cache`.",
          "true");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          ACTION, SIGNAL, PRUNE, PRUNE_UNTIL, PRUNE_LABEL, PRUNE_KEEP_LABEL, PRUNE_NAME, PRUNE_ALL);

  /// The words of `action`.
  public static final class Action {

    public static final String RESTART = "restart";
    public static final String STOP = "stop";
    public static final String START = "start";
    public static final String PAUSE = "pause";
    public static final String UNPAUSE = "unpause";
    public static final String KILL = "kill";
    public static final String PRUNE = "prune";

    static final List<String> WORDS = List.of(RESTART, STOP, START, PAUSE, UNPAUSE, KILL, PRUNE);

    private Action() {}
  }

  /// The words of `prune`, in the order in which it is done: what uses something goes before it.
  public static final class Unused {

    public static final String CONTAINERS = "containers";
    public static final String NETWORKS = "networks";
    public static final String VOLUMES = "volumes";
    public static final String IMAGES = "images";
    public static final String BUILD_CACHE = "build-cache";

    public static final List<String> WORDS =
        List.of(CONTAINERS, NETWORKS, VOLUMES, IMAGES, BUILD_CACHE);

    private Unused() {}
  }
}
