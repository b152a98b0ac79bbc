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
  /// @param binds `SOURCE:TARGET[:OPTIONS]` each, where the source is a path or the name of a
  ///   volume
  /// @param volumesFrom `CONTAINER[:ro]` each
  /// @param network `bridge`, `none`, `host`, `container:ID`, or the name or id of a network; empty
  ///   for the default
  public record Host(List<String> binds, List<String> volumesFrom, String network) {

    public static final Host DEFAULT = new Host(List.of(), List.of(), "");

    public Host {
      binds = List.copyOf(binds);
      volumesFrom = List.copyOf(volumesFrom);
    }

    public Host withBinds(List<String> next) {
      return new Host(next, volumesFrom, network);
    }

    public Host withVolumesFrom(List<String> next) {
      return new Host(binds, next, network);
    }

    public Host withNetwork(String next) {
      return new Host(binds, volumesFrom, next);
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
      @Json.Property("NetworkMode") @Nullable String networkMode) {}

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
        new HostMessage(host.binds(), host.volumesFrom(), orNull(host.network())));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
