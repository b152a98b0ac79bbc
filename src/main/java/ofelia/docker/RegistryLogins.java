package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import ofelia.wire.ProtocolException;

/// The logins that `docker login` left in the Docker client's `config.json`. Read again at each
/// question, since people log in and out.
///
/// @param folder what `DOCKER_CONFIG` names, else `~/.docker`
public record RegistryLogins(Path folder) {

  private static final JsonType<Config> CONFIG = Messages.of(Config.class);
  private static final String DOCKER_HUB = "docker.io";

  /// Under which names logins to Docker Hub are found; `docker login` writes the first.
  private static final List<String> HUB_NAMES =
      List.of("https://index.docker.io/v1/", "index.docker.io", "docker.io");

  /// The folder that the environment names.
  public static RegistryLogins of(Map<String, String> environment, Path home) {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    return new RegistryLogins(folder.isEmpty() ? home.resolve(".docker") : Path.of(folder));
  }

  /// The login for a registry, when there is one. A missing or broken file is no login.
  ///
  /// @param registry its host, as [ImageName#registry] gives it
  /// @param warn hears why a login that may be there cannot be used
  public Optional<RegistryAuth> find(String registry, Consumer<String> warn) {
    Path file = folder.resolve("config.json");
    try {
      Config config = Messages.read(CONFIG, Files.readAllBytes(file));
      Optional<RegistryAuth> login = config.find(registry);
      if (login.isEmpty() && config.asksAnotherProgram(registry)) {
        warn.accept(
            "the login to "
                + registry
                + " is kept by a credential helper, which is not asked: "
                + file);
      }
      return login;
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

  private static boolean isFor(String name, String registry) {
    if (registry.equals(DOCKER_HUB)) {
      return HUB_NAMES.contains(name);
    }
    String host = name.replaceFirst("^https?://", "");
    int slash = host.indexOf('/');
    return (slash < 0 ? host : host.substring(0, slash)).equals(registry);
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

    Optional<RegistryAuth> find(String registry) {
      return auths.entrySet().stream()
          .filter(entry -> isFor(entry.getKey(), registry))
          .flatMap(entry -> entry.getValue().auth(entry.getKey()).stream())
          .findFirst();
    }

    boolean asksAnotherProgram(String registry) {
      return !store.isEmpty() && auths.keySet().stream().anyMatch(name -> isFor(name, registry))
          || programs.keySet().stream().anyMatch(name -> isFor(name, registry));
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
    Optional<RegistryAuth> auth(String server) {
      String decoded = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      String name = colon < 0 ? user : decoded.substring(0, colon);
      String secret = colon < 0 ? password : decoded.substring(colon + 1);
      return name.isEmpty() && identityToken.isEmpty()
          ? Optional.empty()
          : Optional.of(new RegistryAuth(name, secret, server, identityToken));
    }

    @Override
    public String toString() {
      return "Login";
    }
  }
}
