package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys of `job-run`: the fresh container, and how it ends.
public final class RunKeys {

  private RunKeys() {}

  public static final Key<String> IMAGE =
      NewKey.optional(
          "image",
          Places.RUN_ONLY,
          "The image of the fresh container. `image` or `container` is required.",
          "restic/restic:0.17.3");

  /// Not written: one of job and run. Written empty: the engine's choice.
  public static final Key<String> CONTAINER_NAME =
      NewKey.optional(
          "container-name",
          Places.RUN_ONLY,
          "The name of the fresh container; otherwise the job's name and the run's id. Empty: the"
              + " engine picks one.",
          "nightly-backup");

  /// Written empty: an empty entrypoint, which differs from the image's own.
  public static final Key<String> ENTRYPOINT =
      NewKey.optional(
          "entrypoint",
          Places.RUN_ONLY,
          "The entrypoint, split like a command, instead of the image's own. Empty: none.",
          "/bin/sh -c");

  public static final Key<String> HOSTNAME =
      NewKey.optional(
          "hostname", Places.RUN_ONLY, "The host name inside the fresh container.", "backup");

  public static final Key<String> NETWORK =
      NewKey.optional(
          "network",
          Places.RUN_ONLY,
          "A network to connect the fresh container to, by name.",
          "backend");

  public static final Key<List<String>> VOLUME =
      NewKey.list(
          "volume",
          Places.RUN_ONLY,
          "A volume or host directory, `source:target` or `source:target:ro`; repeat the key for"
              + " several.",
          "/srv/backup:/backup:ro");

  public static final Key<List<String>> VOLUMES_FROM =
      NewKey.list(
          "volumes-from",
          Places.RUN_ONLY,
          "A container whose volumes are mounted too; repeat the key for several.",
          "postgres");

  public static final Key<List<String>> ANNOTATIONS =
      NewKey.list(
          "annotations",
          Places.RUN_ONLY,
          "A label `name=value` for the fresh container; repeat the key for several.",
          "com.example.team=web");

  public static final Key<Boolean> PULL =
      NewKey.of(
          "pull",
          KeyTypes.PULL,
          true,
          Places.RUN_ONLY,
          "Pull the image before each run, and use the local one when that fails. `false`: pull"
              + " only an image that is not there.",
          "false");

  public static final Key<Boolean> DELETE =
      NewKey.of(
          "delete",
          KeyTypes.BOOLEAN,
          true,
          Places.RUN_ONLY,
          "Remove the fresh container when the run has ended.",
          "false");

  public static final Key<String> STOP_SIGNAL =
      NewKey.optional(
          "stop-signal",
          Places.RUN_ONLY,
          "The signal that asks the container to end when a run is stopped, instead of the image's"
              + " own.",
          "SIGINT");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          IMAGE,
          CONTAINER_NAME,
          ENTRYPOINT,
          HOSTNAME,
          NETWORK,
          VOLUME,
          VOLUMES_FROM,
          ANNOTATIONS,
          PULL,
          DELETE,
          STOP_SIGNAL);
}
