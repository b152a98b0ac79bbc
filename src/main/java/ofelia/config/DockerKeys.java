package ofelia.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.ValueType;

/// Keys of the section `[docker]`, and of the sections `[engine "name"]`: these take from
/// `[docker]` what they do not write, but for where and how their engine is reached.
public final class DockerKeys {

  private DockerKeys() {}

  private static final Set<Place> EACH_ENGINE = Set.of(Place.DOCKER, Place.ENGINE);

  public static final Key<String> HOST =
      optional(
          "host",
          KeyTypes.TEXT,
          "Where the engine is: `unix:///PATH`, `tcp://HOST:PORT` or `ssh://USER@HOST`. Not"
              + " written: what `DOCKER_HOST` and its kin say, see [engines](engines.md).",
          "tcp://build.example.com:2376");

  public static final Key<String> CONTEXT =
      optional(
          "context",
          KeyTypes.TEXT,
          "The Docker context that says where the engine is, in place of `host`.",
          "build");

  public static final Key<String> CERT_PATH =
      optional(
          "cert-path",
          KeyTypes.TEXT,
          "The folder of `ca.pem`, `cert.pem` and `key.pem`, with which `tcp://` is TLS; otherwise"
              + " `DOCKER_CERT_PATH`.",
          "/etc/ofelia/certificates");

  /// Not written: as the context says, else verified.
  public static final Key<Boolean> TLS_VERIFY =
      optional(
          "tls-verify",
          KeyTypes.BOOLEAN,
          "Whether the engine's certificate must be valid. `false` takes any: whoever sits in"
              + " between can then read and command everything. `true` without `cert-path` looks"
              + " for the certificates in `~/.docker`.",
          "true");

  public static final Key<Boolean> READ_LABELS =
      ofEachEngine(
          "read-labels",
          KeyTypes.BOOLEAN,
          true,
          "Take jobs from the labels of this engine's containers.",
          "false");

  public static final Key<List<String>> FILTERS =
      ofEachEngine(
          "filters",
          KeyTypes.LIST,
          List.of(),
          "Only containers that match are asked for labels: a filter of `docker ps`, `key=value`."
              + " Several must all match.",
          "label=com.example.team=web");

  public static final Key<Boolean> INCLUDE_STOPPED =
      ofEachEngine(
          "include-stopped",
          KeyTypes.BOOLEAN,
          false,
          "Read `job-run` labels of stopped containers too.",
          "true");

  public static final Key<Boolean> EVENTS =
      ofEachEngine(
          "events",
          KeyTypes.BOOLEAN,
          true,
          "Follow the engine's events, so that a change of containers is seen at once.",
          "false");

  public static final Key<Duration> DOCKER_POLL_INTERVAL =
      ofEachEngine(
          "docker-poll-interval",
          KeyTypes.DURATION,
          Duration.ZERO,
          "How often to look at all containers, besides events. `0`: never.",
          "1m");

  public static final Key<Duration> POLLING_FALLBACK =
      ofEachEngine(
          "polling-fallback",
          KeyTypes.DURATION,
          Duration.ofSeconds(10),
          "How often to look at all containers while the stream of events is broken. `0`: never.",
          "30s");

  public static final Key<Duration> CONFIG_POLL_INTERVAL =
      key(
          "config-poll-interval",
          KeyTypes.DURATION,
          Duration.ofSeconds(10),
          "How often to look whether the configuration files changed. `0`: never.",
          "1m");

  public static final Key<Integer> STARTUP_RETRY_COUNT =
      ofEachEngine(
          "startup-retry-count",
          KeyTypes.integer(0, Integer.MAX_VALUE),
          0,
          "How often to try again when the engine does not answer at the start.",
          "5");

  public static final Key<Duration> STARTUP_RETRY_INTERVAL =
      ofEachEngine(
          "startup-retry-interval",
          KeyTypes.DURATION,
          Duration.ofSeconds(1),
          "The wait before the first of these tries. It doubles each time, up to 5m.",
          "2s");

  public static final Key<Duration> POLL_INTERVAL =
      key(
          "poll-interval",
          KeyTypes.DURATION,
          Duration.ZERO,
          "Deprecated: stands for `config-poll-interval`, for `polling-fallback`, and without"
              + " events for `docker-poll-interval`, where these are not written.",
          "30s");

  public static final Key<Boolean> NO_POLL =
      key(
          "no-poll",
          KeyTypes.BOOLEAN,
          false,
          "Deprecated: sets `docker-poll-interval` and `polling-fallback` to 0.",
          "true");

  private static <T> Key<T> optional(
      String name, ValueType<T> type, String meaning, String example) {
    return new Key<>(name, type, Optional.empty(), EACH_ENGINE, meaning, example, true);
  }

  private static <T> Key<T> ofEachEngine(
      String name, ValueType<T> type, T fallback, String meaning, String example) {
    return new Key<>(name, type, Optional.of(fallback), EACH_ENGINE, meaning, example, true);
  }

  private static <T> Key<T> key(
      String name, ValueType<T> type, T fallback, String meaning, String example) {
    return new Key<>(
        name, type, Optional.of(fallback), Set.of(Place.DOCKER), meaning, example, true);
  }

  /// What an engine does not take from another.
  static final Set<Key<?>> OF_ONE_ENGINE = Set.of(HOST, CONTEXT, CERT_PATH, TLS_VERIFY);

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          HOST,
          CONTEXT,
          CERT_PATH,
          TLS_VERIFY,
          READ_LABELS,
          FILTERS,
          INCLUDE_STOPPED,
          EVENTS,
          DOCKER_POLL_INTERVAL,
          POLLING_FALLBACK,
          CONFIG_POLL_INTERVAL,
          STARTUP_RETRY_COUNT,
          STARTUP_RETRY_INTERVAL,
          POLL_INTERVAL,
          NO_POLL);
}
