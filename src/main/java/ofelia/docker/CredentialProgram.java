package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ofelia.wire.ProtocolException;

/// A program that keeps logins, `docker-credential-NAME`: `get` reads the registry's name from its
/// standard input, and prints user and secret, or on failure, with an exit code, why not.
///
/// @param name as `credsStore` or `credHelpers` has it
/// @param environment of this process; says by `PATH` where programs are
record CredentialProgram(String name, Map<String, String> environment) {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST_BYTES = 64 * 1024;
  private static final int SHOWN = 200;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final JsonType<Found> FOUND = Messages.of(Found.class);

  /// What it says when it has none, which is no failure.
  private static final String NONE = "credentials not found";

  /// By this user's name the secret is an identity token.
  private static final String TOKEN_USER = "<token>";

  String program() {
    return "docker-credential-" + name;
  }

  /// @return empty when it has no login for that server
  /// @throws IOException when it is not there, fails, or takes too long; shows no secret
  Optional<RegistryAuth> find(String server) throws IOException, InterruptedException {
    Process process = start();
    try {
      FutureTask<byte[]> reading =
          new FutureTask<>(() -> {
            try (InputStream output = process.getInputStream()) {
              return output.readNBytes(MOST_BYTES);
            }
          });
      Thread.ofPlatform().daemon().name("docker-credential").start(reading);
      try (var input = process.getOutputStream()) {
        input.write((server + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException _) {
        // One that does not read has something to say.
      }
      byte[] said = reading.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException();
      }
      return understood(process.exitValue(), said, server);
    } catch (TimeoutException e) {
      throw new IOException(
          program() + " does not answer within " + PATIENCE.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("cannot read what " + program() + " says", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start() throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IOException("\"" + name + "\" is not the name of a credential helper");
    }
    Path program =
        Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, program()))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IOException("there is no " + program() + " on the PATH"));
    return new ProcessBuilder(program.toString(), "get")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private Optional<RegistryAuth> understood(int code, byte[] said, String server)
      throws IOException {
    if (code != 0) {
      String text = new String(said, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
      if (text.contains(NONE)) {
        return Optional.empty();
      }
      // A program that fails in spite of what it found must not tell it here.
      boolean isSafe = !text.isEmpty() && !text.contains("{");
      throw new IOException(
          program()
              + " ended with code "
              + code
              + (isSafe ? ": " + text.substring(0, Math.min(text.length(), SHOWN)) : ""));
    }
    Found found;
    try {
      found = Messages.read(FOUND, said);
    } catch (ProtocolException _) {
      // Its text is not shown: it may hold the secret.
      throw new IOException(program() + " does not answer with the JSON expected");
    }
    String source = "the credential helper " + program();
    boolean isToken = found.user().equals(TOKEN_USER);
    return found.secret().isEmpty()
        ? Optional.empty()
        : Optional.of(
            isToken
                ? new RegistryAuth("", "", server, found.secret(), source)
                : new RegistryAuth(found.user(), found.secret(), server, "", source));
  }

  @Json
  record Found(@Json.Property("Username") String user, @Json.Property("Secret") String secret) {
    Found {
      user = Absent.orEmpty(user);
      secret = Absent.orEmpty(secret);
    }

    @Override
    public String toString() {
      return "Found";
    }
  }
}
