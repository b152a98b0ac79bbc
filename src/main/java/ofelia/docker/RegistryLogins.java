package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import ofelia.wire.ProtocolException;

/// The logins of the docker CLI: those that `docker login` left in its `config.json`, and those
/// that credential helpers keep for it. Read again at each question, since people log in and out.
///
/// As for the CLI, the helper of a registry (`credHelpers`) is asked, else that of all registries
/// (`credsStore`), else the file counts. Unlike there it also counts when a helper has nothing.
///
/// @param folder what `DOCKER_CONFIG` names, else `~/.docker`
/// @param environment of this process; says where credential helpers are
public record RegistryLogins(Path folder, Map<String, String> environment) {

  private static final JsonType<Config> CONFIG = Messages.of(Config.class);
  private static final String DOCKER_HUB = "docker.io";

  /// Under which names logins to Docker Hub are found; `docker login` writes the first.
  private static final List<String> HUB_NAMES =
      List.of("https://index.docker.io/v1/", "index.docker.io", "docker.io");

  /// The logins in the file of a folder; helpers are not found.
  public RegistryLogins(Path folder) {
    this(folder, Map.of());
  }

  /// The folder that the environment names.
  public static RegistryLogins of(Map<String, String> environment, Path home) {
    return new RegistryLogins(DockerConfig.of(environment, home).folder(), environment);
  }

  /// The logins of another folder.
  public RegistryLogins in(Path other) {
    return new RegistryLogins(other, environment);
  }

  /// The login for a registry, when there is one. A missing or broken file is no login.
  ///
  /// @param registry its host, as [ImageName#registry] gives it
  /// @param warn hears why a login that may be there cannot be used
  /// @throws InterruptedException while a credential helper was asked
  public Optional<RegistryAuth> find(String registry, Consumer<String> warn)
      throws InterruptedException {
    Path file = folder.resolve("config.json");
    try {
      Config config = Messages.read(CONFIG, Files.readAllBytes(file));
      Optional<RegistryAuth> kept = ask(config.program(registry), registry, warn);
      return kept.isPresent() ? kept : config.find(registry, file.toString());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      // Its text is not shown: it holds passwords.
      String why =
          e instanceof ProtocolException ? "not the JSON expected" : e.getClass().getSimpleName();
      warn.accept("the registry logins in " + file + " cannot be read: " + why);
      return Optional.empty();
    }
  }

  /// All of them, for people: who and where, or which credential helper knows. No helper is asked.
  /// A missing or broken file has none.
  public List<String> listed() {
    Path file = folder.resolve("config.json");
    try {
      Config config = Messages.read(CONFIG, Files.readAllBytes(file));
      List<String> listed = new ArrayList<>();
      config
          .auths()
          .forEach((server, login) ->
              login
                  .auth(server, file.toString())
                  .ifPresent(auth -> listed.add("for " + server + " a login " + auth.who())));
      Stream.concat(config.programs().values().stream(), Stream.of(config.store()))
          .filter(name -> !name.isEmpty())
          .distinct()
          .forEach(name -> listed.add("what docker-credential-" + name + " keeps"));
      return listed;
    } catch (IOException | IllegalArgumentException _) {
      // Whoever looks for one of them is told.
      return List.of();
    }
  }

  private Optional<RegistryAuth> ask(
      Optional<String> program, String registry, Consumer<String> warn)
      throws InterruptedException {
    if (program.isEmpty()) {
      return Optional.empty();
    }
    String server = registry.equals(DOCKER_HUB) ? HUB_NAMES.getFirst() : registry;
    try {
      return new CredentialProgram(program.get(), environment).find(server);
    } catch (IOException e) {
      warn.accept("the login to " + registry + " is not to be had: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean isFor(String name, String registry) {
    if (registry.equals(DOCKER_HUB)) {
      return HUB_NAMES.contains(name);
    }
    String host = name.replaceFirst("^https?://", "");
    int slash = host.indexOf('/');
    return (slash < 0 ? host : host.substring(0, slash)).equals(registry);
  }

  @Override
  public String toString() {
    return "the logins in " + folder;
  }

  @Json
  record Config(
      @Json.Property("auths") Map<String, Login> auths,
      @Json.Property("credsStore") String store,
      @Json.Property("credHelpers") Map<String, String> programs) {

    Config {
      auths = Absent.orEmpty(auths);
      store = Absent.orEmpty(store);
      programs = Absent.orEmpty(programs);
    }

    Optional<RegistryAuth> find(String registry, String source) {
      return auths.entrySet().stream()
          .filter(entry -> isFor(entry.getKey(), registry))
          .flatMap(entry -> entry.getValue().auth(entry.getKey(), source).stream())
          .findFirst();
    }

    /// Whoever keeps the login to a registry.
    Optional<String> program(String registry) {
      return programs.entrySet().stream()
          .filter(entry -> isFor(entry.getKey(), registry))
          .map(Map.Entry::getValue)
          .findFirst()
          .or(() -> Optional.of(store))
          .filter(name -> !name.isEmpty());
    }
  }

  /// @param auth `user:password` in Base64; stronger than the two
  @Json
  record Login(
      @Json.Property("auth") String auth,
      @Json.Property("username") String user,
      @Json.Property("password") String password,
      @Json.Property("identitytoken") String identityToken) {

    Login {
      auth = Absent.orEmpty(auth);
      user = Absent.orEmpty(user);
      password = Absent.orEmpty(password);
      identityToken = Absent.orEmpty(identityToken);
    }

    /// Empty where a credential helper holds the rest.
    Optional<RegistryAuth> auth(String server, String source) {
      String decoded = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      String name = colon < 0 ? user : decoded.substring(0, colon);
      String secret = colon < 0 ? password : decoded.substring(colon + 1);
      return name.isEmpty() && identityToken.isEmpty()
          ? Optional.empty()
          : Optional.of(new RegistryAuth(name, secret, server, identityToken, source));
    }

    @Override
    public String toString() {
      return "Login";
    }
  }
}
