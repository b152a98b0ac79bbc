package ofelia.docker;

import io.avaje.jsonb.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A container to be created. What is not set is the image's or the engine's to choose.
///
/// Made by [#of] and changed by the `with` methods, each of which gives a new one.
///
/// @param platform such as `linux/arm64`; empty for the engine's own
public record ContainerSpec(
    Program program, Host host, Map<String, String> labels, String platform) {

  public ContainerSpec {
    labels = Map.copyOf(labels);
  }

  public static ContainerSpec of(String image) {
    return new ContainerSpec(Program.of(image), Host.DEFAULT, Map.of(), "");
  }

  public ContainerSpec with(Program next) {
    return new ContainerSpec(next, host, labels, platform);
  }

  public ContainerSpec with(Host next) {
    return new ContainerSpec(program, next, labels, platform);
  }

  public ContainerSpec withLabels(Map<String, String> next) {
    return new ContainerSpec(program, host, next, platform);
  }

  public ContainerSpec withPlatform(String next) {
    return new ContainerSpec(program, host, labels, next);
  }

  /// What runs in it.
  ///
  /// @param command empty for the image's, a list without elements for none
  /// @param entrypoint empty for the image's, a list without elements for none
  /// @param user empty text for the image's
  /// @param workingDir empty text for the image's
  /// @param hostname empty text for the engine's choice
  /// @param stop how it is asked to end
  public record Program(
      String image,
      Optional<List<String>> command,
      Optional<List<String>> entrypoint,
      List<String> env,
      String user,
      String workingDir,
      String hostname,
      boolean tty,
      Stop stop) {

    public Program {
      command = command.map(List::copyOf);
      entrypoint = entrypoint.map(List::copyOf);
      env = List.copyOf(env);
    }

    public static Program of(String image) {
      return new Program(
          image, Optional.empty(), Optional.empty(), List.of(), "", "", "", false, Stop.DEFAULT);
    }

    public Program withCommand(List<String> next) {
      return new Program(
          image, Optional.of(next), entrypoint, env, user, workingDir, hostname, tty, stop);
    }

    public Program withEntrypoint(List<String> next) {
      return new Program(
          image, command, Optional.of(next), env, user, workingDir, hostname, tty, stop);
    }

    /// @param next `NAME=value` each
    public Program withEnv(List<String> next) {
      return new Program(image, command, entrypoint, next, user, workingDir, hostname, tty, stop);
    }

    public Program withUser(String next) {
      return new Program(image, command, entrypoint, env, next, workingDir, hostname, tty, stop);
    }

    public Program withWorkingDir(String next) {
      return new Program(image, command, entrypoint, env, user, next, hostname, tty, stop);
    }

    public Program withHostname(String next) {
      return new Program(image, command, entrypoint, env, user, workingDir, next, tty, stop);
    }

    public Program withTty(boolean next) {
      return new Program(image, command, entrypoint, env, user, workingDir, hostname, next, stop);
    }

    public Program withStop(Stop next) {
      return new Program(image, command, entrypoint, env, user, workingDir, hostname, tty, next);
    }
  }

  /// How it is asked to end.
  ///
  /// @param signal empty text for the image's, or SIGTERM
  /// @param patience between the signal and SIGKILL, in whole seconds; empty for the engine's 10 s
  public record Stop(String signal, Optional<Duration> patience) {
    public static final Stop DEFAULT = new Stop("", Optional.empty());
  }

  /// What the host gives to it.
  ///
  /// @param network `bridge`, `none`, `host`, `container:ID`, or the name or id of a network; empty
  ///   for the default
  /// @param init whether the engine's small init is its first process; empty for the engine's
  ///   choice
  public record Host(
      Files files,
      String network,
      Names names,
      Limits limits,
      Rights rights,
      Optional<Boolean> init,
      Log log) {

    public static final Host DEFAULT =
        new Host(
            Files.NONE, "", Names.NONE, Limits.NONE, Rights.DEFAULT, Optional.empty(), Log.DEFAULT);

    public Host with(Files next) {
      return new Host(next, network, names, limits, rights, init, log);
    }

    public Host withBinds(List<String> next) {
      return with(new Files(next, files.volumesFrom(), files.tmpfs()));
    }

    public Host withNetwork(String next) {
      return new Host(files, next, names, limits, rights, init, log);
    }

    public Host with(Names next) {
      return new Host(files, network, next, limits, rights, init, log);
    }

    public Host with(Limits next) {
      return new Host(files, network, names, next, rights, init, log);
    }

    public Host with(Rights next) {
      return new Host(files, network, names, limits, next, init, log);
    }

    public Host withInit(Optional<Boolean> next) {
      return new Host(files, network, names, limits, rights, next, log);
    }

    public Host with(Log next) {
      return new Host(files, network, names, limits, rights, init, next);
    }
  }

  /// What it finds in its file system beside the image.
  ///
  /// @param binds `SOURCE:TARGET[:OPTIONS]` each, where the source is a path or the name of a
  ///   volume; a `TARGET` alone is an anonymous volume
  /// @param volumesFrom `CONTAINER[:ro]` each
  /// @param tmpfs options by path
  public record Files(List<String> binds, List<String> volumesFrom, Map<String, String> tmpfs) {

    public static final Files NONE = new Files(List.of(), List.of(), Map.of());

    public Files {
      binds = List.copyOf(binds);
      volumesFrom = List.copyOf(volumesFrom);
      tmpfs = Map.copyOf(tmpfs);
    }
  }

  /// How it finds others.
  ///
  /// @param hosts lines of its `/etc/hosts`, `NAME:ADDRESS` each
  /// @param dns addresses of name servers; empty for the engine's
  public record Names(List<String> hosts, List<String> dns) {

    public static final Names NONE = new Names(List.of(), List.of());

    public Names {
      hosts = List.copyOf(hosts);
      dns = List.copyOf(dns);
    }
  }

  /// How much it may take; 0 is no limit.
  ///
  /// @param nanoCpus billionths of a CPU
  /// @param pids -1 for any number although the engine has a default
  /// @param shmBytes of `/dev/shm`; 0 for the engine's default
  public record Limits(
      long nanoCpus,
      long memoryBytes,
      long pids,
      long shmBytes,
      List<Ulimit> ulimits,
      List<Gpus> gpus) {

    public static final Limits NONE = new Limits(0, 0, 0, 0, List.of(), List.of());

    public Limits {
      ulimits = List.copyOf(ulimits);
      gpus = List.copyOf(gpus);
    }
  }

  /// A limit of each process, see getrlimit(2).
  @Json
  public record Ulimit(
      @Json.Property("Name") String name,
      @Json.Property("Soft") long soft,
      @Json.Property("Hard") long hard) {}

  /// Graphics processors: so many, or those that are named.
  ///
  /// @param count -1 for all of them; 0 when they are named
  public record Gpus(int count, List<String> devices) {
    public Gpus {
      devices = List.copyOf(devices);
    }
  }

  /// What it may do.
  ///
  /// @param securityOptions such as `no-new-privileges` or `seccomp={…}`
  /// @param isReadOnly whether its own files cannot be written to
  public record Rights(
      List<String> capAdd, List<String> capDrop, List<String> securityOptions, boolean isReadOnly) {

    public static final Rights DEFAULT = new Rights(List.of(), List.of(), List.of(), false);

    public Rights {
      capAdd = List.copyOf(capAdd);
      capDrop = List.copyOf(capDrop);
      securityOptions = List.copyOf(securityOptions);
    }
  }

  /// Where what it prints goes.
  ///
  /// @param driver empty text for the engine's default
  public record Log(String driver, Map<String, String> options) {

    public static final Log DEFAULT = new Log("", Map.of());

    public Log {
      options = Map.copyOf(options);
    }
  }

  /// The body of `POST /containers/create`; members that are `null` are not sent.
  @Json
  record Message(
      @Json.Property("Image") String image,
      @Json.Property("Cmd") @Nullable List<String> cmd,
      @Json.Property("Entrypoint") @Nullable List<String> entrypoint,
      @Json.Property("Env") List<String> env,
      @Json.Property("User") String user,
      @Json.Property("WorkingDir") String workingDir,
      @Json.Property("Hostname") String hostname,
      @Json.Property("Tty") boolean tty,
      @Json.Property("StopSignal") @Nullable String stopSignal,
      @Json.Property("StopTimeout") @Nullable Integer stopTimeoutSeconds,
      @Json.Property("Labels") Map<String, String> labels,
      @Json.Property("HostConfig") HostMessage host) {}

  @Json
  record HostMessage(
      @Json.Property("Binds") List<String> binds,
      @Json.Property("VolumesFrom") List<String> volumesFrom,
      @Json.Property("Tmpfs") @Nullable Map<String, String> tmpfs,
      @Json.Property("NetworkMode") @Nullable String networkMode,
      @Json.Property("ExtraHosts") @Nullable List<String> extraHosts,
      @Json.Property("Dns") @Nullable List<String> dns,
      @Json.Property("NanoCpus") @Nullable Long nanoCpus,
      @Json.Property("Memory") @Nullable Long memoryBytes,
      @Json.Property("PidsLimit") @Nullable Long pidsLimit,
      @Json.Property("ShmSize") @Nullable Long shmBytes,
      @Json.Property("Ulimits") @Nullable List<Ulimit> ulimits,
      @Json.Property("DeviceRequests") @Nullable List<DeviceMessage> devices,
      @Json.Property("CapAdd") @Nullable List<String> capAdd,
      @Json.Property("CapDrop") @Nullable List<String> capDrop,
      @Json.Property("SecurityOpt") @Nullable List<String> securityOptions,
      @Json.Property("ReadonlyRootfs") @Nullable Boolean isReadOnly,
      @Json.Property("Init") @Nullable Boolean init,
      @Json.Property("LogConfig") @Nullable LogMessage log) {}

  /// @param capabilities alternatives, of which each is a list that must all be there
  @Json
  record DeviceMessage(
      @Json.Property("Count") int count,
      @Json.Property("DeviceIDs") List<String> ids,
      @Json.Property("Capabilities") List<List<String>> capabilities) {}

  @Json
  record LogMessage(
      @Json.Property("Type") String type, @Json.Property("Config") Map<String, String> options) {}

  Message message() {
    return new Message(
        program.image(),
        program.command().orElse(null),
        program.entrypoint().orElse(null),
        program.env(),
        program.user(),
        program.workingDir(),
        program.hostname(),
        program.tty(),
        orNull(program.stop().signal()),
        program.stop().patience().map(patience -> (int) patience.toSeconds()).orElse(null),
        labels,
        hostMessage());
  }

  private HostMessage hostMessage() {
    Limits limits = host.limits();
    Rights rights = host.rights();
    Log log = host.log();
    return new HostMessage(
        host.files().binds(),
        host.files().volumesFrom(),
        host.files().tmpfs().isEmpty() ? null : host.files().tmpfs(),
        orNull(host.network()),
        orNull(host.names().hosts()),
        orNull(host.names().dns()),
        orNull(limits.nanoCpus()),
        orNull(limits.memoryBytes()),
        orNull(limits.pids()),
        orNull(limits.shmBytes()),
        orNull(limits.ulimits()),
        orNull(limits.gpus().stream().map(ContainerSpec::message).toList()),
        orNull(rights.capAdd()),
        orNull(rights.capDrop()),
        orNull(rights.securityOptions()),
        rights.isReadOnly() ? true : null,
        host.init().orElse(null),
        log.driver().isEmpty() && log.options().isEmpty()
            ? null
            : new LogMessage(log.driver(), log.options()));
  }

  private static DeviceMessage message(Gpus gpus) {
    return new DeviceMessage(gpus.count(), gpus.devices(), List.of(List.of("gpu")));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static <T> @Nullable List<T> orNull(List<T> list) {
    return list.isEmpty() ? null : list;
  }

  private static @Nullable Long orNull(long number) {
    return number == 0 ? null : number;
  }
}
