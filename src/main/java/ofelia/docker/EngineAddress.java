package ofelia.docker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ofelia.wire.TlsFiles;

/// Which engine is meant, and how it is reached. Asked in this order, the first answer counts:
///
/// 1. what the configuration says: a host or a context;
/// 2. `DOCKER_HOST`, with `DOCKER_CERT_PATH` and `DOCKER_TLS_VERIFY`;
/// 3. `DOCKER_CONTEXT`;
/// 4. the context that `docker context use` chose, if its definition is there;
/// 5. [DockerHost#DEFAULT].
///
/// From the second on this is the order of the docker CLI. It differs in two things: certificates
/// are always verified unless the configuration says otherwise in so many words, and a chosen
/// context whose definition is missing is passed over with a warning, for people give containers a
/// `config.json` for its logins alone.
///
/// @param host how it is reached
/// @param source where that stands, for messages
/// @param warning what was passed over
public record EngineAddress(DockerHost host, String source, Optional<String> warning) {

  private static final Set<String> OF_TLS =
      Set.of("DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH");

  private static final Pattern PORT =
      Pattern.compile("(?i)(?<scheme>tcp|tcp\\+tls|https?)://(?<rest>.*)");

  /// What a configuration says about an engine. All empty: what the environment says.
  ///
  /// @param host as in `DOCKER_HOST`
  /// @param context the name of one
  /// @param certificates as in `DOCKER_CERT_PATH`
  /// @param verifies whether the engine's certificate must be valid
  public record Written(
      Optional<String> host,
      Optional<String> context,
      Optional<Path> certificates,
      Optional<Boolean> verifies) {

    public static final Written NOTHING =
        new Written(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// The engine that is meant where a configuration may say nothing about it.
  ///
  /// @param section where `written` stands, such as `[docker]`
  /// @param home of the user, for `~/.docker`
  /// @throws IllegalArgumentException with what is wrong and what to write instead
  public static EngineAddress find(
      Written written, String section, Map<String, String> environment, Path home) {
    DockerConfig config = DockerConfig.of(environment, home);
    Optional<String> ownHost = written.host().filter(text -> !text.isEmpty());
    if (ownHost.isPresent()) {
      if (written.context().isPresent()) {
        throw new IllegalArgumentException(
            section + " has both host and context; keep the one that is meant");
      }
      return at(ownHost.get(), "host of " + section, written, environment, config);
    }
    if (written.context().isPresent()) {
      return required(written.context().get(), "context of " + section, written, config);
    }
    return fromEnvironment(written, environment, config);
  }

  /// The environment with which the docker CLI and its plugins find the same engine: what is
  /// written, put into the CLI's own variables.
  public static Map<String, String> cliVariables(Written written, Map<String, String> environment) {
    Map<String, String> variables = new LinkedHashMap<>(environment);
    Optional<String> host = written.host().filter(text -> !text.isEmpty());
    if (host.isPresent()) {
      variables.put("DOCKER_HOST", host.get());
      variables.remove("DOCKER_CONTEXT");
    } else if (written.context().isPresent()) {
      variables.put("DOCKER_CONTEXT", written.context().get());
      variables.remove("DOCKER_HOST");
    }
    written.certificates().ifPresent(path -> variables.put("DOCKER_CERT_PATH", path.toString()));
    variable(variables, "DOCKER_HOST")
        .ifPresent(address -> {
          Matcher port = PORT.matcher(address);
          if (!port.matches()) {
            // A socket or ssh, of which the CLI would want TLS as well.
            variables.keySet().removeAll(OF_TLS);
            return;
          }
          variables.put("DOCKER_HOST", "tcp://" + port.group("rest"));
          boolean isAsked = OF_TLS.stream().anyMatch(name -> variable(variables, name).isPresent());
          if (isAsked || !port.group("scheme").matches("(?i)tcp|http")) {
            // The CLI takes certificates for no reason to use TLS, or to verify; here they are one.
            variables.put("DOCKER_TLS", "1");
            variables.put("DOCKER_TLS_VERIFY", written.verifies().orElse(true) ? "1" : "");
          }
        });
    return variables;
  }

  private static EngineAddress fromEnvironment(
      Written written, Map<String, String> environment, DockerConfig config) {
    Optional<String> host = variable(environment, "DOCKER_HOST");
    if (host.isPresent()) {
      return at(host.get(), "DOCKER_HOST", written, environment, config);
    }
    Optional<String> context = variable(environment, "DOCKER_CONTEXT");
    if (context.isPresent() && !context.get().equals(DockerConfig.NO_CONTEXT)) {
      return required(context.get(), "DOCKER_CONTEXT", written, config);
    }
    String current = context.isPresent() ? "" : config.currentContext();
    if (current.isEmpty() || current.equals(DockerConfig.NO_CONTEXT)) {
      return new EngineAddress(
          DockerHost.parse(DockerHost.DEFAULT), "the default", Optional.empty());
    }
    String source = "currentContext of " + config.file();
    return config
        .find(current)
        .map(found -> in(found, current, source, written))
        .orElseGet(() ->
            new EngineAddress(
                DockerHost.parse(DockerHost.DEFAULT),
                "the default",
                Optional.of(
                    "the Docker context \""
                        + current
                        + "\" of "
                        + config.file()
                        + " is not defined here, and the default is used; set DOCKER_HOST to"
                        + " say where the engine is")));
  }

  private static EngineAddress required(
      String context, String source, Written written, DockerConfig config) {
    return config
        .find(context)
        .map(found -> in(found, context, source, written))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no Docker context \""
                    + context
                    + "\" ("
                    + source
                    + ") in "
                    + config.folder()
                    + "; docker context ls shows those there are"));
  }

  private static EngineAddress in(
      DockerConfig.Context context, String name, String source, Written written) {
    boolean verifies = written.verifies().orElse(context.verifies());
    Optional<Path> folder = written.certificates().or(context::certificates);
    return new EngineAddress(
        DockerHost.parse(context.host(), folder.map(f -> read(f, verifies))),
        "Docker context \"" + name + "\", " + source,
        Optional.empty());
  }

  private static EngineAddress at(
      String host,
      String source,
      Written written,
      Map<String, String> environment,
      DockerConfig config) {
    // Set and not empty means yes, as for the docker CLI: also "0".
    boolean isAsked =
        variable(environment, "DOCKER_TLS_VERIFY").isPresent() || written.verifies().orElse(false);
    Optional<Path> folder =
        written
            .certificates()
            .or(() -> variable(environment, "DOCKER_CERT_PATH").map(Path::of))
            .or(() -> isAsked ? Optional.of(config.folder()) : Optional.empty());
    boolean isTcp = Stream.of("unix:", "ssh:", "npipe:").noneMatch(host::startsWith);
    Optional<TlsFiles> tls =
        folder.filter(_ -> isTcp).map(f -> read(f, written.verifies().orElse(true)));
    return new EngineAddress(DockerHost.parse(host, tls), source, Optional.empty());
  }

  private static TlsFiles read(Path folder, boolean verifies) {
    try {
      return TlsFiles.in(folder, verifies);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the certificates for TLS cannot be used: " + e.getMessage(), e);
    }
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
  }
}
