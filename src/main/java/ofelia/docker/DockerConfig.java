package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import ofelia.wire.ProtocolException;

/// The folder of the docker CLI's configuration, as far as it says where engines are: the context
/// in use, and what contexts stand for.
///
/// A context is a folder named by the SHA-256 of its name, below `contexts/meta` and, for its
/// certificates, `contexts/tls`.
record DockerConfig(Path folder) {

  /// The context that means no context: variables and the default socket.
  static final String NO_CONTEXT = "default";

  private static final JsonType<Current> CURRENT = Messages.of(Current.class);
  private static final JsonType<Meta> META = Messages.of(Meta.class);

  /// What `DOCKER_CONFIG` names, else `~/.docker`.
  static DockerConfig of(Map<String, String> environment, Path home) {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    return new DockerConfig(folder.isEmpty() ? home.resolve(".docker") : Path.of(folder));
  }

  Path file() {
    return folder.resolve("config.json");
  }

  /// The context that `docker context use` chose; empty when none, or when the file cannot be read.
  String currentContext() {
    try {
      return Messages.read(CURRENT, Files.readAllBytes(file())).currentContext();
    } catch (IOException _) {
      // No file is the rule where nobody logged in. One that cannot be read is told of when a login
      // is looked for, which is what daemons have it for.
      return "";
    }
  }

  /// A context's engine.
  ///
  /// @return empty when there is no such context
  /// @throws IllegalArgumentException when there is one, and it cannot be read or is not for an
  ///   engine
  Optional<Context> find(String name) {
    String digest = digest(name);
    Path meta = folder.resolve("contexts/meta").resolve(digest).resolve("meta.json");
    Endpoint endpoint;
    try {
      endpoint = Messages.read(META, Files.readAllBytes(meta)).endpoints().get("docker");
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      String why = e instanceof ProtocolException ? "not the JSON expected" : e.toString();
      throw new IllegalArgumentException(
          "Docker context \"" + name + "\" cannot be read: " + meta + ": " + why, e);
    }
    if (endpoint == null || endpoint.host().isEmpty()) {
      throw new IllegalArgumentException(
          "Docker context \"" + name + "\" names no engine: " + meta);
    }
    Path tls = folder.resolve("contexts/tls").resolve(digest).resolve("docker");
    return Optional.of(
        new Context(
            endpoint.host(),
            Files.isDirectory(tls) ? Optional.of(tls) : Optional.empty(),
            !endpoint.skipsVerification()));
  }

  private static String digest(String name) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Each Java platform has it.
    }
  }

  /// @param certificates the folder of its certificates, when it has any
  record Context(String host, Optional<Path> certificates, boolean verifies) {}

  @Json
  record Current(@Json.Property("currentContext") String currentContext) {
    Current {
      currentContext = Absent.orEmpty(currentContext);
    }
  }

  @Json
  record Meta(@Json.Property("Endpoints") Map<String, Endpoint> endpoints) {
    Meta {
      endpoints = Absent.orEmpty(endpoints);
    }
  }

  @Json
  record Endpoint(
      @Json.Property("Host") String host,
      @Json.Property("SkipTLSVerify") boolean skipsVerification) {
    Endpoint {
      host = Absent.orEmpty(host);
    }
  }
}
