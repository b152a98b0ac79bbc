package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys of `job-run` and `job-service-run`: the fresh container, and how it ends.
public final class RunKeys {

  private RunKeys() {}

  public static final Key<String> IMAGE =
      NewKey.optional(
          "image",
          RunTypes.IMAGE,
          Places.FRESH_CONTAINER,
          "The image of the fresh container, by tag or digest. Required; `job-run` may have a"
              + " `container` in its place.",
          "restic/restic:0.17.3");

  /// Not written: one of job and run. Written empty: the engine's choice.
  public static final Key<String> CONTAINER_NAME =
      NewKey.optional(
          "container-name",
          RunTypes.CONTAINER_NAME,
          Places.RUN_ONLY,
          "The name of the fresh container; otherwise the job's name and the run's id. What an"
              + " earlier run left under this name is removed. Empty: the engine picks one.",
          "nightly-backup");

  /// Written empty: an empty entrypoint, which differs from the image's own.
  public static final Key<String> ENTRYPOINT =
      NewKey.optional(
          "entrypoint",
          Places.ENTRYPOINT_JOBS,
          "The entrypoint, split like a command, instead of the image's own. Empty: none. For"
              + " `job-compose` not with `exec`.",
          "/bin/sh -c");

  public static final Key<String> HOSTNAME =
      NewKey.optional(
          "hostname",
          Places.FRESH_CONTAINER,
          "The host name inside the fresh container.",
          "backup");

  public static final Key<List<String>> NETWORK =
      NewKey.of(
          "network",
          KeyTypes.COMMA_LIST,
          List.of(),
          Places.FRESH_CONTAINER,
          "The networks of the fresh container in place of the default one, by their exact names;"
              + " or `none`, `host`, or `container:NAME` alone. A service takes networks of its swarm,"
              + " and `host`.",
          "backend");

  public static final Key<List<String>> VOLUME =
      NewKey.of(
          "volume",
          RunTypes.VOLUMES,
          List.of(),
          Places.FRESH_CONTAINER,
          "A volume or host directory, `source:target` or `source:target:ro`; a target alone is a"
              + " volume that is removed with the container. Repeat the key for several.",
          "/srv/backup:/backup:ro");

  public static final Key<List<String>> VOLUMES_FROM =
      NewKey.list(
          "volumes-from",
          Places.RUN_ONLY,
          "A container whose volumes are mounted too; repeat the key for several.",
          "postgres");

  public static final Key<List<String>> TMPFS =
      NewKey.of(
          "tmpfs",
          RunTypes.TMPFS,
          List.of(),
          Places.FRESH_CONTAINER,
          "A directory in memory, `/path` or `/path:options`; repeat the key for several. For a service"
              + " the options are `size` and `mode`.",
          "/tmp:size=64m");

  public static final Key<Boolean> READ_ONLY =
      NewKey.of(
          "read-only",
          KeyTypes.BOOLEAN,
          false,
          Places.FRESH_CONTAINER,
          "Let nothing be written to the container's own files; volumes and `tmpfs` can be.",
          "true");

  public static final Key<List<String>> ANNOTATIONS =
      NewKey.of(
          "annotations",
          RunTypes.ASSIGNMENTS,
          List.of(),
          Places.FRESH_CONTAINER,
          "A label `name=value` for the fresh container; repeat the key for several.",
          "com.example.team=web");

  public static final Key<List<String>> LABELS =
      NewKey.of(
          "labels",
          RunTypes.ASSIGNMENTS,
          List.of(),
          Places.FRESH_CONTAINER,
          "The same as `annotations`, by Docker's own word; stronger where both set one.",
          "com.example.team=web");

  public static final Key<PullPolicy> PULL =
      NewKey.of(
          "pull",
          RunTypes.PULL,
          PullPolicy.ALWAYS,
          Places.RUN_ONLY,
          "`always` or `true`: pull the image before each run, and use the local one when that"
              + " fails. `missing` or `false`: pull only an image that is not there. `never`: do"
              + " not pull.",
          "missing");

  public static final Key<String> PLATFORM =
      NewKey.optional(
          "platform",
          RunTypes.PLATFORM,
          Places.FRESH_CONTAINER,
          "The platform of the image, instead of the engine's own. For a service that of the nodes that"
              + " may run it, without a variant.",
          "linux/arm64");

  public static final Key<Boolean> DELETE =
      NewKey.of(
          "delete",
          KeyTypes.BOOLEAN,
          true,
          Places.FRESH_CONTAINER,
          "Remove the fresh container, or the service, when the run has ended. A service that is"
              + " stopped is removed in any case.",
          "false");

  public static final Key<String> STOP_SIGNAL =
      NewKey.optional(
          "stop-signal",
          RunTypes.SIGNAL,
          Places.FRESH_CONTAINER,
          "The signal that asks the container to end when a run is stopped, instead of the image's"
              + " own.",
          "SIGINT");

  /// Billionths of a CPU.
  public static final Key<Long> CPUS =
      NewKey.optional(
          "cpus",
          RunTypes.CPUS,
          Places.FRESH_CONTAINER,
          "How many CPUs the container may use.",
          "1.5");

  /// Bytes.
  public static final Key<Long> MEMORY =
      NewKey.optional(
          "memory",
          RunTypes.MEMORY,
          Places.FRESH_CONTAINER,
          "How much memory the container may use before it is killed.",
          "256MiB");

  public static final Key<Integer> PIDS_LIMIT =
      NewKey.optional(
          "pids-limit",
          KeyTypes.integer(-1, Integer.MAX_VALUE),
          Places.FRESH_CONTAINER,
          "How many processes and threads the container may have. `-1`: any number.",
          "100");

  /// Bytes.
  public static final Key<Long> SHM_SIZE =
      NewKey.optional(
          "shm-size",
          KeyTypes.SIZE,
          Places.FRESH_CONTAINER,
          "The size of `/dev/shm`, instead of the engine's 64 MiB.",
          "256MiB");

  /// `name=soft:hard` each.
  public static final Key<List<String>> ULIMIT =
      NewKey.of(
          "ulimit",
          RunTypes.ULIMITS,
          List.of(),
          Places.LIMITED_JOBS,
          "A limit of each process, `name=limit` or `name=soft:hard`, those of bytes as sizes; repeat the"
              + " key for several. For `job-local` also `as`.",
          "nofile=1024:2048");

  public static final Key<Gpus> GPUS =
      NewKey.optional(
          "gpus",
          RunTypes.GPUS,
          Places.RUN_ONLY,
          "The GPUs that the container gets: `all`, a number, or `device=` with their indexes or"
              + " UUIDs.",
          "all");

  /// In capitals, without `CAP_`.
  public static final Key<List<String>> CAP_ADD =
      NewKey.of(
          "cap-add",
          RunTypes.CAPABILITIES,
          List.of(),
          Places.FRESH_CONTAINER,
          "Capabilities that the container has beyond the engine's choice; or `ALL`.",
          "NET_ADMIN");

  /// In capitals, without `CAP_`.
  public static final Key<List<String>> CAP_DROP =
      NewKey.of(
          "cap-drop",
          RunTypes.CAPABILITIES,
          List.of(),
          Places.FRESH_CONTAINER,
          "Capabilities that the container does not have; or `ALL`.",
          "ALL");

  public static final Key<List<String>> SECURITY_OPT =
      NewKey.of(
          "security-opt",
          RunTypes.SECURITY_OPTIONS,
          List.of(),
          Places.FRESH_CONTAINER,
          "`no-new-privileges`, `seccomp=FILE` (read by the daemon at each run),"
              + " `seccomp=unconfined`, `apparmor=PROFILE`, `label=TEXT` or"
              + " `systempaths=unconfined`; repeat the key for several. For a service, on Docker Engine 25"
              + " and later, without profiles of AppArmor and without `systempaths`.",
          "no-new-privileges");

  public static final Key<Boolean> INIT =
      NewKey.optional(
          "init",
          KeyTypes.BOOLEAN,
          Places.FRESH_CONTAINER,
          "Whether the engine's small init is the first process, which passes signals on and reaps"
              + " children; otherwise as the engine is set.",
          "true");

  /// `name:address` each.
  public static final Key<List<String>> EXTRA_HOSTS =
      NewKey.of(
          "extra-hosts",
          RunTypes.HOSTS,
          List.of(),
          Places.FRESH_CONTAINER,
          "Lines for the container's `/etc/hosts`, `name:address`; `host-gateway` is the address of"
              + " the engine's host.",
          "db.internal:10.0.0.5");

  public static final Key<List<String>> DNS =
      NewKey.of(
          "dns",
          RunTypes.ADDRESSES,
          List.of(),
          Places.FRESH_CONTAINER,
          "Name servers for the container, instead of the engine's.",
          "10.0.0.53");

  public static final Key<String> LOG_DRIVER =
      NewKey.optional(
          "log-driver",
          RunTypes.LOG_DRIVER,
          Places.FRESH_CONTAINER,
          "Where the engine keeps what the container prints, instead of its default. With `none`"
              + " the output is taken while it is printed, and a part of it is lost when the"
              + " daemon restarts meanwhile.",
          "local");

  public static final Key<List<String>> LOG_OPT =
      NewKey.of(
          "log-opt",
          RunTypes.ASSIGNMENTS,
          List.of(),
          Places.FRESH_CONTAINER,
          "An option `name=value` of the log driver; repeat the key for several.",
          "max-size=10m");

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
          TMPFS,
          READ_ONLY,
          ANNOTATIONS,
          LABELS,
          PULL,
          PLATFORM,
          DELETE,
          STOP_SIGNAL,
          CPUS,
          MEMORY,
          PIDS_LIMIT,
          SHM_SIZE,
          ULIMIT,
          GPUS,
          CAP_ADD,
          CAP_DROP,
          SECURITY_OPT,
          INIT,
          EXTRA_HOSTS,
          DNS,
          LOG_DRIVER,
          LOG_OPT);
}
