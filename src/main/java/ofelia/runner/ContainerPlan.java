package ofelia.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.RunKeys;
import ofelia.docker.ContainerSpec;
import ofelia.docker.ContainerSpec.Host;
import ofelia.docker.ContainerSpec.Program;
import ofelia.docker.ImageName;
import ofelia.model.JobKind;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.syntax.ShellWords;

/// The container that a run asks for.
///
/// Its labels are the job's `annotations` over the defaults of the Go Ofelia (compatibility
/// reference, section 7.4), and [#RUN], by which a crashed daemon's containers are recognised.
final class ContainerPlan {

  /// The run's number: always ours to set.
  static final String RUN = "ofelia.run.id";

  /// Whether a container is to outlast its run. Always set, lest an image made of a kept one have
  /// it set for those made of that image.
  private static final String KEPT = "ofelia.run.keep";

  private static final int LONGEST_NAME = 200;

  private static final String SECCOMP = "seccomp=";

  private ContainerPlan() {}

  /// @param env `NAME=value` each
  /// @param now for a label
  static ContainerSpec spec(
      RunRequest request, String image, List<String> env, Maker maker, Instant now)
      throws IOException {
    Settings settings = request.job().settings();
    String stopSignal = settings.find(RunKeys.STOP_SIGNAL).orElse("");
    Program program =
        Program.of(image)
            .withEnv(env)
            .withUser(settings.get(ContainerKeys.USER))
            .withWorkingDir(settings.find(ContainerKeys.WORKING_DIR).orElse(""))
            .withHostname(settings.find(RunKeys.HOSTNAME).orElse(""))
            .withTty(settings.get(ContainerKeys.TTY))
            .withStop(
                new ContainerSpec.Stop(
                    stopSignal, Optional.of(settings.get(JobKeys.STOP_TIMEOUT))));
    List<String> command = JobProgram.words(settings);
    if (!command.isEmpty()) {
      program = program.withCommand(command);
    }
    Optional<String> entrypoint = settings.find(RunKeys.ENTRYPOINT);
    if (entrypoint.isPresent()) {
      program = program.withEntrypoint(ShellWords.split(entrypoint.get()));
    }
    return ContainerSpec.of(image)
        .with(program)
        .with(host(settings))
        .withLabels(labels(request, JobKind.RUN.word(), maker, now))
        .withPlatform(settings.find(RunKeys.PLATFORM).orElse(""));
  }

  private static Host host(Settings settings) throws IOException {
    Map<String, String> tmpfs = new LinkedHashMap<>();
    for (String one : settings.get(RunKeys.TMPFS)) {
      int colon = one.indexOf(':');
      tmpfs.put(
          colon < 0 ? one : one.substring(0, colon),
          one.substring(colon < 0 ? one.length() : colon + 1));
    }
    return Host.DEFAULT
        .with(
            new ContainerSpec.Files(
                settings.get(RunKeys.VOLUME), settings.get(RunKeys.VOLUMES_FROM), tmpfs))
        .withNetwork(settings.get(RunKeys.NETWORK).stream().findFirst().orElse(""))
        .with(names(settings))
        .with(limits(settings))
        .with(
            new ContainerSpec.Rights(
                settings.get(RunKeys.CAP_ADD),
                settings.get(RunKeys.CAP_DROP),
                securityOptions(settings),
                settings.get(RunKeys.READ_ONLY)))
        .withInit(settings.find(RunKeys.INIT))
        .with(log(settings));
  }

  static ContainerSpec.Names names(Settings settings) {
    return new ContainerSpec.Names(settings.get(RunKeys.EXTRA_HOSTS), settings.get(RunKeys.DNS));
  }

  static ContainerSpec.Log log(Settings settings) {
    return new ContainerSpec.Log(
        settings.find(RunKeys.LOG_DRIVER).orElse(""), assigned(settings.get(RunKeys.LOG_OPT)));
  }

  /// The image that a job names.
  static ImageName image(Settings settings) throws IOException {
    String written = settings.find(RunKeys.IMAGE).orElse("");
    if (written.isEmpty()) {
      throw new IOException("neither an image nor a container is named; write image = NAME");
    }
    try {
      return ImageName.parse(written);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  static ContainerSpec.Limits limits(Settings settings) {
    return new ContainerSpec.Limits(
        settings.find(RunKeys.CPUS).orElse(0L),
        settings.find(RunKeys.MEMORY).orElse(0L),
        settings.find(RunKeys.PIDS_LIMIT).orElse(0),
        settings.find(RunKeys.SHM_SIZE).orElse(0L),
        ulimits(settings),
        settings
            .find(RunKeys.GPUS)
            .map(gpus -> List.of(new ContainerSpec.Gpus(gpus.count(), gpus.devices())))
            .orElse(List.of()));
  }

  private static List<ContainerSpec.Ulimit> ulimits(Settings settings) {
    return settings.get(RunKeys.ULIMIT).stream().map(ContainerPlan::ulimit).toList();
  }

  private static ContainerSpec.Ulimit ulimit(String written) {
    int equals = written.indexOf('=');
    int colon = written.indexOf(':', equals);
    return new ContainerSpec.Ulimit(
        written.substring(0, equals),
        Long.parseLong(written.substring(equals + 1, colon)),
        Long.parseLong(written.substring(colon + 1)));
  }

  /// The engine takes the text of a seccomp profile, and people write the name of its file.
  static List<String> securityOptions(Settings settings) throws IOException {
    List<String> options = new ArrayList<>();
    for (String option : settings.get(RunKeys.SECURITY_OPT)) {
      String profile = option.startsWith(SECCOMP) ? option.substring(SECCOMP.length()) : "";
      boolean isFile =
          !profile.isEmpty() && !profile.equals("unconfined") && !profile.equals("builtin");
      options.add(isFile ? SECCOMP + read(profile) : option);
    }
    return options;
  }

  private static String read(String profile) throws IOException {
    try {
      return Files.readString(Path.of(profile));
    } catch (IOException | InvalidPathException e) {
      throw new IOException(
          "cannot read the seccomp profile \"" + profile + "\": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> assigned(List<String> assignments) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      values.put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1));
    }
    return values;
  }

  /// @param type as the Go Ofelia calls the kind of work
  static Map<String, String> labels(RunRequest request, String type, Maker maker, Instant now) {
    Settings settings = request.job().settings();
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("ofelia.job.name", request.job().name().value());
    labels.put("ofelia.job.type", type);
    labels.put("ofelia.execution.time", now.truncatedTo(ChronoUnit.SECONDS).toString());
    labels.put("ofelia.scheduler.host", maker.host());
    labels.put("ofelia.version", maker.version());
    labels.putAll(assigned(settings.get(RunKeys.ANNOTATIONS)));
    labels.putAll(assigned(settings.get(RunKeys.LABELS)));
    labels.put(RUN, request.run().toString());
    labels.put(KEPT, Boolean.toString(!settings.get(RunKeys.DELETE)));
    return labels;
  }

  /// Whether labels that were read say that what has them outlasts its run.
  static boolean isKept(Map<String, String> labels) {
    return labels.getOrDefault(KEPT, "").equals("true");
  }

  /// The name as it is written; otherwise one of job, run and attempt, which two containers never
  /// share.
  ///
  /// @return empty text where the engine is to choose
  static String name(RunRequest request) {
    Optional<String> written = request.job().settings().find(RunKeys.CONTAINER_NAME);
    if (written.isPresent()) {
      return written.get();
    }
    String job = request.job().name().value().replaceAll("[^a-zA-Z0-9_.-]", "-");
    String begin = job.matches("[a-zA-Z0-9].*") ? job : "job" + job;
    String cut = begin.substring(0, Math.min(begin.length(), LONGEST_NAME));
    String attempt = request.attempt() == 1 ? "" : "-" + request.attempt();
    return cut + "-" + request.run() + attempt;
  }
}
