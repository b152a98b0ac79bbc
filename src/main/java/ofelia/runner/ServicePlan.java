package ofelia.runner;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.LocalKeys;
import ofelia.config.RunKeys;
import ofelia.config.ServiceKeys;
import ofelia.config.Tmpfs;
import ofelia.docker.ContainerSpec;
import ofelia.docker.ServiceSpec;
import ofelia.docker.ServiceSpec.Mount;
import ofelia.model.Settings;
import ofelia.model.ValueSyntaxException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.syntax.ShellWords;

/// The service that a run asks for. Its labels are those of [ContainerPlan].
final class ServicePlan {

  /// What the Go Ofelia writes into the label for the kind of work.
  private static final String TYPE = "service";

  /// Of the 63 characters of a service's name, those that run and attempt leave.
  private static final int LONGEST_NAME = 44;

  private ServicePlan() {}

  /// @param env `NAME=value` each
  /// @param now for a label
  static ServiceSpec spec(
      RunRequest request, String image, List<String> env, Maker maker, Instant now, RunSink sink)
      throws IOException {
    Settings settings = request.job().settings();
    ContainerSpec.Program program =
        ContainerSpec.Program.of(image)
            .withCommand(JobProgram.words(settings))
            .withEnv(env)
            .withUser(settings.get(ContainerKeys.USER))
            .withWorkingDir(settings.find(LocalKeys.DIR).orElse(""))
            .withHostname(settings.find(RunKeys.HOSTNAME).orElse(""))
            .withTty(settings.get(ContainerKeys.TTY))
            .withStop(
                new ContainerSpec.Stop(
                    settings.find(RunKeys.STOP_SIGNAL).orElse(""),
                    Optional.of(settings.get(JobKeys.STOP_TIMEOUT))));
    Optional<String> entrypoint = settings.find(RunKeys.ENTRYPOINT);
    if (entrypoint.isPresent()) {
      program = program.withEntrypoint(ShellWords.split(entrypoint.get()));
    }
    return new ServiceSpec(
        name(request),
        ContainerPlan.labels(request, TYPE, maker, now),
        program,
        host(settings, sink),
        new ServiceSpec.Placement(
            settings.get(ServiceKeys.CONSTRAINTS), settings.find(RunKeys.PLATFORM).orElse("")));
  }

  private static ServiceSpec.Host host(Settings settings, RunSink sink) throws IOException {
    return new ServiceSpec.Host(
        mounts(settings, sink),
        settings.get(RunKeys.NETWORK),
        ContainerPlan.names(settings),
        new ServiceSpec.Resources(
            ContainerPlan.limits(settings),
            settings.find(ServiceKeys.RESERVE_CPUS).orElse(0L),
            settings.find(ServiceKeys.RESERVE_MEMORY).orElse(0L),
            kinds(settings)),
        new ContainerSpec.Rights(
            settings.get(RunKeys.CAP_ADD),
            settings.get(RunKeys.CAP_DROP),
            ContainerPlan.securityOptions(settings),
            settings.get(RunKeys.READ_ONLY)),
        settings.find(RunKeys.INIT),
        ContainerPlan.log(settings));
  }

  private static List<Mount> mounts(Settings settings, RunSink sink) throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (String volume : settings.get(RunKeys.VOLUME)) {
      String[] parts = volume.split(":", 3);
      if (parts.length == 1) {
        mounts.add(new Mount(Mount.Type.VOLUME, "", parts[0], false));
        continue;
      }
      if (parts[0].startsWith(".") || parts[0].startsWith("~")) {
        throw new IOException(
            "the source of volume \""
                + volume
                + "\" is not absolute; write the whole path, for the"
                + " node that runs the task has a working directory of its own");
      }
      boolean isReadOnly = false;
      for (String option : parts.length < 3 ? new String[0] : parts[2].split(",", -1)) {
        isReadOnly |= option.equals("ro");
        if (!option.equals("ro") && !option.equals("rw")) {
          sink.warn("the option \"" + option + "\" of a volume has no effect in a service");
        }
      }
      Mount.Type type = parts[0].startsWith("/") ? Mount.Type.BIND : Mount.Type.VOLUME;
      mounts.add(new Mount(type, parts[0], parts[1], isReadOnly));
    }
    for (String written : settings.get(RunKeys.TMPFS)) {
      try {
        Tmpfs tmpfs = Tmpfs.parse(written);
        mounts.add(Mount.tmpfs(tmpfs.path(), new Mount.Memory(tmpfs.bytes(), tmpfs.mode())));
      } catch (ValueSyntaxException e) {
        throw new IOException(e.getMessage() + "; " + e.advice(), e);
      }
    }
    // A swarm knows no size of it; but the engine makes it no other way.
    settings
        .find(RunKeys.SHM_SIZE)
        .ifPresent(bytes ->
            mounts.add(
                Mount.tmpfs("/dev/shm", new Mount.Memory(Optional.of(bytes), Optional.of(01777)))));
    return mounts;
  }

  private static Map<String, Long> kinds(Settings settings) {
    Map<String, Long> kinds = new HashMap<>();
    for (String written : settings.get(ServiceKeys.GENERIC_RESOURCE)) {
      int equals = written.indexOf('=');
      kinds.merge(
          written.substring(0, equals), Long.valueOf(written.substring(equals + 1)), Long::sum);
    }
    return kinds;
  }

  /// Of job, run and attempt, which two services never share.
  static String name(RunRequest request) {
    String job = request.job().name().value().replaceAll("[^a-zA-Z0-9]+", "-");
    String begin = job.startsWith("-") ? "job" + job : job;
    String cut = begin.substring(0, Math.min(begin.length(), LONGEST_NAME));
    String attempt = request.attempt() == 1 ? "" : "-" + request.attempt();
    return cut + "-" + request.run() + attempt;
  }
}
