package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.HttpClient;
import ofelia.wire.Limits;
import ofelia.wire.Request;
import ofelia.wire.Response;
import ofelia.wire.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pulls from a real registry that wants a password.
@Timeout(120)
class RegistryIT {

  private static final String USER = "robot";
  private static final String PASSWORD = "right-password";

  /// Of the password above, by bcrypt, the only form that the registry takes.
  private static final String HASH = "$2b$05$abcdefghijklmnopqrstuuBO.kmgTJhdt40M5ZyHgFmcpBdUb9aS.";

  @TempDir static Path folder;

  private static Process process;
  private static String registry;
  private static ImageName image;
  private static DockerClient docker;
  private static HttpClient http;

  @BeforeAll
  static void startARegistryWithAnImage() throws Exception {
    String host = System.getenv("OFELIA_TEST_DOCKER_HOST");
    assertThat(host).as("OFELIA_TEST_DOCKER_HOST, as dev/engine env prints it").isNotBlank();
    String servers = System.getenv("OFELIA_TEST_SERVERS");
    assertThat(servers)
        .as("OFELIA_TEST_SERVERS, as dev/engine env prints it; or apt-get install docker-registry")
        .isNotBlank();
    docker = DockerClient.of(DockerHost.parse(host), Optional.empty());
    http = new HttpClient(DockerHost.parse(host).transport(), "docker", Limits.CLIENT);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    registry = "127.0.0.1:" + port;
    image = ImageName.parse(registry + "/private/busybox:1");
    Files.writeString(folder.resolve("users"), USER + ":" + HASH + "\n");
    Files.writeString(
        folder.resolve("registry.yml"),
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %1$s/images}}
        http: {addr: "%2$s"}
        auth: {htpasswd: {realm: tests, path: %1$s/users}}
        """
            .formatted(folder, registry));
    process =
        new ProcessBuilder(
                servers + "/usr/bin/docker-registry",
                "serve",
                folder.resolve("registry.yml").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("registry.log").toFile())
            .start();
    for (int i = 0; !answers(port); i++) {
      assertThat(i).as(Files.readString(folder.resolve("registry.log"))).isLessThan(200);
      Thread.sleep(50);
    }
    push();
  }

  private static boolean answers(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static void push() throws IOException {
    require(
        Request.post(
            Target.path("images", "ofelia-test/busybox:1", "tag")
                .with("repo", image.repository())
                .with("tag", "1")));
    RegistryAuth auth = new RegistryAuth(USER, PASSWORD, registry, "", "the test");
    String answer =
        require(
            Request.post(Target.path("images", image.repository(), "push").with("tag", "1"))
                .with("X-Registry-Auth", auth.header()));
    assertThat(answer).doesNotContain("\"error\"");
    forget();
  }

  private static String require(Request request) throws IOException {
    Response response = http.call(request, soon());
    String text = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(response.status()).as(text).isBetween(200, 299);
    return text;
  }

  /// So that the next pull has something to do.
  private static void forget() throws IOException {
    require(Request.delete(Target.path("images", image.toString())));
  }

  @AfterAll
  static void end() {
    process.destroyForcibly();
  }

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(60));
  }

  private static RegistryLogins logins(String name, String config) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    Files.writeString(own.resolve("config.json"), config);
    return new RegistryLogins(own, Map.of("PATH", own.toString()));
  }

  private static String auths(String password) {
    String pair = USER + ":" + password;
    String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return "{\"auths\": {\"" + registry + "\": {\"auth\": \"" + auth + "\"}}}";
  }

  private static void pull(RegistryLogins logins) throws InterruptedException {
    List<String> warnings = new ArrayList<>();
    Optional<RegistryAuth> login = logins.find(image.registry(), warnings::add);
    assertThat(warnings).isEmpty();
    docker.images().pull(image, "", login, _ -> {}, soon());
  }

  @Test
  void pullsWithTheLoginOfTheFileAndOfAProgram() throws Exception {
    pull(logins("file", auths(PASSWORD)));
    assertThat(docker.images().find(image.toString(), soon())).isPresent();
    forget();
    RegistryLogins kept = logins("kept", "{\"credHelpers\": {\"" + registry + "\": \"vault\"}}");
    Path program = kept.folder().resolve("docker-credential-vault");
    Files.writeString(
        program,
        "#!/bin/sh\necho '{\"Username\":\"" + USER + "\",\"Secret\":\"" + PASSWORD + "\"}'\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    pull(kept);
    assertThat(docker.images().find(image.toString(), soon())).isPresent();
    forget();
  }

  @Test
  void saysWhichLoginTheRegistryRefusedAndShowsNoSecret() throws Exception {
    RegistryLogins wrong = logins("wrong", auths("wrong-password"));
    Throwable refused = catchThrowable(() -> pull(wrong));
    assertThat(refused)
        .isInstanceOf(DockerRefusedException.class)
        .hasMessageContaining("cannot pull image \"" + image + "\"")
        .hasMessageEndingWith(
            "; tried as user \"" + USER + "\" from " + wrong.folder().resolve("config.json"))
        .hasMessageNotContaining("wrong-password");
    assertThat(catchThrowable(() -> pull(logins("none", "{}"))))
        .hasMessageEndingWith("; tried without a login");
  }
}
