package ofelia.docker;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.Optional;

/// The answer of `GET /info`, as far as it is of use.
///
/// @param id tells engines apart: it stays when an engine restarts and differs between two
/// @param systemTime the engine's clock, as RFC 3339 text
@Json
public record EngineSummary(
    @Json.Property("ID") String id,
    @Json.Property("Name") String name,
    @Json.Property("ServerVersion") String serverVersion,
    @Json.Property("OperatingSystem") String operatingSystem,
    @Json.Property("LoggingDriver") String loggingDriver,
    @Json.Property("SystemTime") String systemTime,
    @Json.Property("Swarm") Swarm swarm) {

  public EngineSummary {
    id = Absent.orEmpty(id);
    name = Absent.orEmpty(name);
    serverVersion = Absent.orEmpty(serverVersion);
    operatingSystem = Absent.orEmpty(operatingSystem);
    loggingDriver = Absent.orEmpty(loggingDriver);
    systemTime = Absent.orEmpty(systemTime);
    swarm = Absent.or(swarm, Swarm.NONE);
  }

  /// The engine's part in a swarm.
  ///
  /// @param state `inactive` in none, `active`, or `pending`, `error`, `locked`
  @Json
  public record Swarm(@Json.Property("LocalNodeState") String state) {

    static final Swarm NONE = new Swarm("inactive");

    public Swarm {
      state = Absent.orEmpty(state);
    }
  }

  /// The engine's clock when it answered.
  public Optional<Instant> time() {
    return EngineTime.parse(systemTime);
  }
}
