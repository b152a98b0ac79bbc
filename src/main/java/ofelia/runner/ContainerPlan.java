package ofelia.runner;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

  /// Set where a container is to outlast its run.
  static final String KEPT = "ofelia.run.keep";

  private static final int LONGEST_NAME = 200;

  private ContainerPlan() {}

  /// @param env `NAME=value` each
  /// @param now for a label
  static ContainerSpec spec(
      RunRequest request, String image, List<String> env, Scheduler scheduler, Instant now)
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
    List<String> command = ShellWords.split(settings.get(JobKeys.COMMAND));
    if (!command.isEmpty()) {
      program = program.withCommand(command);
    }
    Optional<String> entrypoint = settings.find(RunKeys.ENTRYPOINT);
    if (entrypoint.isPresent()) {
      program = program.withEntrypoint(ShellWords.split(entrypoint.get()));
    }
    return ContainerSpec.of(image)
        .with(program)
        .with(
            Host.DEFAULT
                .withBinds(settings.get(RunKeys.VOLUME))
                .withVolumesFrom(settings.get(RunKeys.VOLUMES_FROM))
                .withNetwork(settings.find(RunKeys.NETWORK).orElse("")))
        .withLabels(labels(request, scheduler, now));
  }

  private static Map<String, String> labels(RunRequest request, Scheduler scheduler, Instant now)
      throws IOException {
    Settings settings = request.job().settings();
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("ofelia.job.name", request.job().name().value());
    labels.put("ofelia.job.type", JobKind.RUN.word());
    labels.put("ofelia.execution.time", now.truncatedTo(ChronoUnit.SECONDS).toString());
    labels.put("ofelia.scheduler.host", scheduler.host());
    labels.put("ofelia.version", scheduler.version());
    for (String annotation : settings.get(RunKeys.ANNOTATIONS)) {
      int equals = annotation.indexOf('=');
      if (equals <= 0) {
        throw new IOException("the annotation \"" + annotation + "\" is not NAME=value");
      }
      labels.put(annotation.substring(0, equals).strip(), annotation.substring(equals + 1));
    }
    labels.put(RUN, request.run().toString());
    if (!settings.get(RunKeys.DELETE)) {
      labels.put(KEPT, "true");
    }
    return labels;
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
