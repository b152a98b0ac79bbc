package ofelia.config;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Problem;
import ofelia.model.Settings;

/// Keeps container labels from reaching the host, unless `allow-host-jobs-from-labels` says they
/// may, and from other containers, unless that or `allow-container-jobs-from-labels` does.
///
/// It judges the job as it would run, not labels as they were spelt. A job that reaches for the
/// host is quarantined.
///
/// @param engine whose labels they are; empty for that of `[docker]`
record HostAccess(boolean isAllowed, boolean mayActOnContainers, String engine) {

  private static final String ADVICE =
      "set allow-host-jobs-from-labels = true in [global] of the INI file, if whoever can label a"
          + " container may also control the host";

  private static final String CONTAINER_ADVICE =
      "set allow-container-jobs-from-labels = true in [global] of the INI file, if whoever can label"
          + " a container may also stop any other";

  private static final Set<String> ENDING =
      Set.of(ActionKeys.Action.RESTART, ActionKeys.Action.STOP, ActionKeys.Action.KILL);

  /// A directory of the host, as opposed to a named volume: `/srv:/srv`, `./x:/x`, `~/x:/x`,
  /// `C:\x:/x`.
  private static final Pattern HOST_DIRECTORY =
      Pattern.compile("(?:[/.~\\\\].*:.*|[A-Za-z]:[\\\\/].*)", Pattern.DOTALL);

  /// @param engine whose labels they are; empty for that of `[docker]`
  static HostAccess of(Settings global, String engine) {
    boolean isAllowed = global.get(GlobalKeys.ALLOW_HOST_JOBS_FROM_LABELS);
    return new HostAccess(
        isAllowed, isAllowed || global.get(GlobalKeys.ALLOW_CONTAINER_JOBS_FROM_LABELS), engine);
  }

  /// @param container whose labels they are
  JobSpec judge(JobSpec job, LabelledContainer container) {
    if (stopsOnAnotherEngine(job)) {
      return held(
          job,
          "would stop or pause containers of the engine of [docker], and its labels are on engine \""
              + engine
              + "\"",
          "remove its "
              + AroundKeys.STOP_DURING_RUN
              + " and "
              + AroundKeys.PAUSE_DURING_RUN
              + ", or define the job in the INI file");
    }
    if (stopsWhatDefinesIt(job, container)) {
      return held(
          job,
          "would run again and again: it stops the container whose label says run-on-startup",
          "pause the container, or define the job in the INI file");
    }
    if (job.kind().equals(JobKind.CONTAINER)) {
      return mayActOnContainers
          ? job
          : held(job, "would act on containers, its own or others", CONTAINER_ADVICE);
    }
    Optional<String> reach =
        isAllowed ? Optional.empty() : reach(job).or(() -> reachForOthers(job, container));
    return reach.map(what -> held(job, what, ADVICE)).orElse(job);
  }

  private static JobSpec held(JobSpec job, String found, String advice) {
    String title = "job-" + job.kind() + " \"" + job.name() + "\" from labels";
    return job.withProblem(Problem.error(job.origin(), title, found, advice));
  }

  /// Work that is done by no engine has what stands still for it on that of `[docker]`, where
  /// another container may have the same name.
  private boolean stopsOnAnotherEngine(JobSpec job) {
    return AroundKeys.areIn(job.settings())
        && !job.settings().get(EngineKeys.ENGINE).equals(engine);
  }

  /// The job is gone while its container is, and comes new with it.
  private static boolean stopsWhatDefinesIt(JobSpec job, LabelledContainer container) {
    return job.settings().get(JobKeys.RUN_ON_STARTUP)
        && Stream.concat(
                job.settings().get(AroundKeys.STOP_DURING_RUN).stream(), endedByAction(job))
            .anyMatch(container.name()::equals);
  }

  private static Stream<String> endedByAction(JobSpec job) {
    String action = job.settings().find(ActionKeys.ACTION).orElse("");
    return ENDING.contains(action)
        ? job.settings().find(ContainerKeys.CONTAINER).stream()
        : Stream.empty();
  }

  private static Optional<String> reachForOthers(JobSpec job, LabelledContainer container) {
    return AroundCheck.foreign(job.settings(), container)
        .map(target ->
            "would stop or pause \"" + target + "\", which is not the labelled container");
  }

  private static Optional<String> reach(JobSpec job) {
    if (job.kind().equals(JobKind.LOCAL) || job.kind().equals(JobKind.COMPOSE)) {
      return Optional.of("would run on the host");
    }
    if (job.kind().equals(JobKind.HTTP)) {
      return reachByHttp(job.settings());
    }
    Optional<String> directory =
        job.settings().get(RunKeys.VOLUME).stream()
            .filter(volume -> HOST_DIRECTORY.matcher(volume.strip()).matches())
            .findFirst();
    if (directory.isPresent()) {
      return directory.map(volume -> "would mount \"" + volume + "\" of the host");
    }
    Optional<String> envFile = job.settings().get(JobKeys.ENV_FILE).stream().findFirst();
    if (envFile.isPresent()) {
      return envFile.map(file -> "would have the daemon read its own file \"" + file + "\"");
    }
    Optional<String> logins = job.settings().find(EngineKeys.REGISTRY_CONFIG);
    if (logins.isPresent()) {
      return logins.map(folder -> "would have the daemon read its own folder \"" + folder + "\"");
    }
    Optional<String> secret = job.settings().get(ProgramKeys.SECRET).stream().findFirst();
    if (secret.isPresent()) {
      return secret.map(entry ->
          "would have the daemon read its own file \""
              + entry.substring(entry.indexOf('=') + 1)
              + "\"");
    }
    if (job.settings().find(ExecKeys.PRIVILEGED).orElse(false)) {
      return Optional.of("would have all privileges of the host (privileged)");
    }
    return reachByContainer(job.settings());
  }

  /// A host that is not allowed is a mistake of any job; here, that any is.
  private static Optional<String> reachByHttp(Settings settings) {
    if (!settings.isWritten(GlobalKeys.HTTP_ALLOWED_HOSTS)) {
      return Optional.of(
          "would call an address from where the daemon is, and there are no http-allowed-hosts in"
              + " [global]");
    }
    if (settings.isWritten(HttpKeys.PROXY)) {
      return Optional.of("would call through a proxy of its choice");
    }
    return Stream.concat(
            settings.get(HttpKeys.HEADER_FILE).stream(),
            Stream.of(
                    HttpKeys.BODY_FILE,
                    HttpKeys.CA_FILE,
                    HttpKeys.CERTIFICATE_FILE,
                    HttpKeys.KEY_FILE)
                .flatMap(key -> settings.find(key).stream()))
        .findFirst()
        .map(file -> "would have the daemon read its own file \"" + file + "\"");
  }

  /// What a fresh container may not be given by a label.
  private static Optional<String> reachByContainer(Settings settings) {
    Optional<String> volumes = settings.get(RunKeys.VOLUMES_FROM).stream().findFirst();
    if (volumes.isPresent()) {
      return volumes.map(container -> "would mount the volumes of \"" + container + "\"");
    }
    Optional<String> capability =
        settings.get(RunKeys.CAP_ADD).stream()
            .filter(name -> !RunTypes.DEFAULT_CAPABILITIES.contains(name))
            .findFirst();
    if (capability.isPresent()) {
      return capability.map(name -> "would have the capability " + name);
    }
    Optional<String> option =
        settings.get(RunKeys.SECURITY_OPT).stream()
            .filter(text -> !text.startsWith("no-new-privileges"))
            .findFirst();
    if (option.isPresent()) {
      return option.map(text -> "would change its confinement (security-opt = " + text + ")");
    }
    Optional<String> network =
        settings.get(RunKeys.NETWORK).stream()
            .filter(name -> name.equals("host") || name.startsWith("container:"))
            .findFirst();
    if (network.isPresent()) {
      return network.map(name -> "would share a network that is not its own (" + name + ")");
    }
    boolean hasDevices =
        settings.find(RunKeys.GPUS).isPresent()
            || !settings.get(ServiceKeys.GENERIC_RESOURCE).isEmpty();
    return hasDevices ? Optional.of("would have GPUs of the host") : Optional.empty();
  }
}
