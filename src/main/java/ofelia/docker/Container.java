package ofelia.docker;

import io.avaje.jsonb.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A container as its inspection shows it.
///
/// @param name without the leading slash
/// @param imageId the image's id; the name it was created with is in `config`
/// @param createdText when it was created, as RFC 3339 text
@Json
public record Container(
    @Json.Property("Id") String id,
    @Json.Property("Name") String name,
    @Json.Property("Image") String imageId,
    @Json.Property("Created") String createdText,
    @Json.Property("RestartCount") int restartCount,
    @Json.Property("State") State state,
    @Json.Property("Config") Config config,
    @Json.Property("HostConfig") Host host) {

  public Container {
    id = Absent.orEmpty(id);
    name = withoutSlash(Absent.orEmpty(name));
    imageId = Absent.orEmpty(imageId);
    createdText = Absent.orEmpty(createdText);
    state = Absent.or(state, State.UNKNOWN);
    config = Absent.or(config, Config.EMPTY);
    host = Absent.or(host, Host.EMPTY);
  }

  public Optional<Instant> created() {
    return EngineTime.parse(createdText);
  }

  /// How long it has between its stop signal and force, unless whoever stops it says otherwise: the
  /// engine's ten seconds where it says nothing itself, and a year where it is never to be forced.
  /// Podman 4 tells those ten seconds as none at all, so that none are taken for ten.
  public Duration stopGrace() {
    Integer seconds = config.stopTimeout();
    if (seconds == null || seconds == 0) {
      return Duration.ofSeconds(10);
    }
    return seconds < 0 ? Duration.ofDays(365) : Duration.ofSeconds(seconds);
  }

  static String withoutSlash(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  /// What it is doing.
  ///
  /// @param status `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`;
  ///   what Podman calls otherwise comes as one of these
  /// @param pid its first process on the engine's host, 0 when there is none
  /// @param exitCode of its latest end; 0 while it has not ended
  /// @param error why it could not be started, else empty
  /// @param health of a container with a health check that is on
  @Json
  public record State(
      @Json.Property("Status") String status,
      @Json.Property("Running") boolean running,
      @Json.Property("Paused") boolean paused,
      @Json.Property("Restarting") boolean restarting,
      @Json.Property("OOMKilled") boolean oomKilled,
      @Json.Property("Pid") long pid,
      @Json.Property("ExitCode") int exitCode,
      @Json.Property("Error") String error,
      @Json.Property("StartedAt") String startedText,
      @Json.Property("FinishedAt") String finishedText,
      @Json.Property("Health") @Nullable Health health) {

    static final State UNKNOWN = new State("", false, false, false, false, 0, 0, "", "", "", null);

    public State {
      status = inDockersWord(Absent.orEmpty(status));
      error = Absent.orEmpty(error);
      startedText = Absent.orEmpty(startedText);
      finishedText = Absent.orEmpty(finishedText);
    }

    /// Podman tells apart how far a container is made, and whether it was tidied up after.
    static String inDockersWord(String status) {
      return switch (status) {
        case "configured", "initialized" -> "created";
        case "stopping" -> "running";
        case "stopped" -> "exited";
        default -> status;
      };
    }

    /// `starting`, `healthy` or `unhealthy`; empty when there is no health check.
    public Optional<String> healthStatus() {
      return Optional.ofNullable(health)
          .map(Health::status)
          .filter(status -> !status.isEmpty() && !status.equals("none"));
    }

    /// Its latest start; empty when it was never started.
    public Optional<Instant> startedAt() {
      return EngineTime.parse(startedText);
    }

    /// Its latest end; empty when it never ended.
    public Optional<Instant> finishedAt() {
      return EngineTime.parse(finishedText);
    }
  }

  /// @param status `none`, `starting`, `healthy` or `unhealthy`
  @Json
  public record Health(@Json.Property("Status") String status) {

    public Health {
      status = Absent.orEmpty(status);
    }
  }

  /// How its process is run.
  ///
  /// @param stopTimeout seconds, see [Container#stopGrace()]
  @Json
  public record Config(
      @Json.Property("Image") String image,
      @Json.Property("Env") List<String> env,
      @Json.Property("Labels") Map<String, String> labels,
      @Json.Property("Tty") boolean tty,
      @Json.Property("User") String user,
      @Json.Property("WorkingDir") String workingDir,
      @Json.Property("Entrypoint") List<String> entrypoint,
      @Json.Property("Cmd") List<String> cmd,
      @Json.Property("StopSignal") String stopSignal,
      @Json.Property("StopTimeout") @Nullable Integer stopTimeout) {

    static final Config EMPTY =
        new Config("", List.of(), Map.of(), false, "", "", List.of(), List.of(), "", null);

    public Config {
      image = Absent.orEmpty(image);
      env = Absent.orEmpty(env);
      labels = Absent.orEmpty(labels);
      user = Absent.orEmpty(user);
      workingDir = Absent.orEmpty(workingDir);
      entrypoint = Absent.orEmpty(entrypoint);
      cmd = Absent.orEmpty(cmd);
      stopSignal = Absent.orEmpty(stopSignal);
    }
  }

  /// What the host gives to it.
  @Json
  public record Host(
      @Json.Property("LogConfig") Log logConfig,
      @Json.Property("RestartPolicy") Restart restartPolicy,
      @Json.Property("NetworkMode") String networkMode,
      @Json.Property("AutoRemove") boolean autoRemove) {

    static final Host EMPTY = new Host(Log.UNKNOWN, Restart.NO, "", false);

    public Host {
      logConfig = Absent.or(logConfig, Log.UNKNOWN);
      restartPolicy = Absent.or(restartPolicy, Restart.NO);
      networkMode = Absent.orEmpty(networkMode);
    }
  }

  /// @param type the log driver, such as `json-file`; with some of them nothing can be read back
  @Json
  public record Log(@Json.Property("Type") String type) {

    static final Log UNKNOWN = new Log("");

    public Log {
      type = Absent.orEmpty(type);
    }
  }

  /// @param name `no`, `always`, `unless-stopped` or `on-failure`
  @Json
  public record Restart(@Json.Property("Name") String name) {

    static final Restart NO = new Restart("no");

    public Restart {
      name = Absent.orEmpty(name).isEmpty() ? "no" : name;
    }
  }
}
