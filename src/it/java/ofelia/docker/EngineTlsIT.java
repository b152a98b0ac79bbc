package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import ofelia.wire.Deadline;
import ofelia.wire.Idle;
import ofelia.wire.TestAuthority;
import ofelia.wire.TestAuthority.KeyForm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An engine that listens with TLS and believes the clients of one authority only.
@Timeout(120)
class EngineTlsIT {

  private static final String HOST = "127.0.0.1";

  @TempDir static Path folder;

  private static TestAuthority authority;
  private static int port;

  @BeforeAll
  static void listenWithTls() throws Exception {
    authority = TestAuthority.named("authority");
    Path server = authority.issue(folder.resolve("server"), HOST, KeyForm.RSA_PKCS1);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    restart("--tls", port + ":" + server);
  }

  @AfterAll
  static void listenWithout() throws Exception {
    restart();
  }

  private static void restart(String... options) throws Exception {
    String version = System.getenv("OFELIA_TEST_ENGINE_VERSION");
    assertThat(version).as("OFELIA_TEST_ENGINE_VERSION, as dev/engine env prints it").isNotBlank();
    List<String> words = new ArrayList<>(List.of("dev/engine", "restart"));
    words.addAll(List.of(options));
    words.add(version);
    Process process = new ProcessBuilder(words).inheritIO().start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private static DockerClient client(Path certificates) {
    Map<String, String> environment =
        Map.of(
            "DOCKER_HOST",
            "tcp://" + HOST + ":" + port,
            "DOCKER_TLS_VERIFY",
            "1",
            "DOCKER_CERT_PATH",
            certificates.toString());
    EngineAddress address =
        EngineAddress.find(EngineAddress.Written.NOTHING, "[docker]", environment, folder);
    return DockerClient.of(address.host(), Optional.empty());
  }

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(20));
  }

  private static Throwable failure(Path certificates) {
    return catchThrowable(() -> client(certificates).version(soon()));
  }

  private static Path issued(String name, KeyForm form) throws Exception {
    return authority.issue(folder.resolve(name), HOST, form);
  }

  @Test
  void carriesCallsAndStreams() throws Exception {
    for (KeyForm form : List.of(KeyForm.RSA_PKCS1, KeyForm.EC_SEC1)) {
      DockerClient docker = client(issued(form.name(), form));
      assertThat(docker.version(soon()).apiVersion()).isNotBlank();
      ContainerSpec spec = ContainerSpec.of("ofelia-test/busybox:1");
      spec = spec.with(spec.program().withCommand(List.of("seq", "20000")));
      String id =
          docker.containers().create("", spec.with(spec.host().withNetwork("none")), soon()).id();
      try {
        StringBuilder text = new StringBuilder();
        ContainerOutput output =
            docker.containers().attach(id, false, soon(), Idle.limitedTo(Duration.ofSeconds(20)));
        try (output) {
          docker.containers().start(id, soon());
          output.copyTo((_, bytes, offset, length) ->
              text.append(new String(bytes, offset, length, StandardCharsets.US_ASCII)));
        }
        assertThat(text.toString().lines()).hasSize(20_000).endsWith("20000");
      } finally {
        docker.containers().remove(id, true, true, soon());
      }
    }
  }

  @Test
  void saysWhichCertificateTheEngineRefuses() throws Exception {
    Path expired =
        authority.issue(
            folder.resolve("expired"), HOST, KeyForm.EC_PKCS8, Instant.now().minusSeconds(600));
    assertThat(failure(expired))
        .isInstanceOf(DockerUnreachableException.class)
        .hasMessageContaining("it refuses the client certificate")
        .hasMessageContaining("which expired on");
    Path stranger =
        TestAuthority.named("other").issue(folder.resolve("stranger"), HOST, KeyForm.EC_PKCS8);
    authority.writeAuthority(stranger);
    assertThat(failure(stranger))
        .hasMessageContaining("it refuses the client certificate")
        .hasMessageContaining(stranger.resolve("cert.pem").toString());
    Path none = Files.createDirectory(folder.resolve("none"));
    authority.writeAuthority(none);
    assertThat(failure(none))
        .hasMessageContaining("client certificate")
        .hasMessageContaining("none was given");
  }

  @Test
  void believesNoEngineOfAnotherAuthority() throws Exception {
    Path client = issued("client", KeyForm.EC_PKCS8);
    TestAuthority.named("other").writeAuthority(client);
    assertThat(failure(client))
        .hasMessageContaining("its certificate is not signed by an authority in")
        .hasMessageContaining(client.resolve("ca.pem").toString())
        .hasMessageNotContaining("may use its socket");
  }

  @Test
  void neverSpeaksWithoutTlsToAPortThatWantsIt() throws Exception {
    var plain = DockerClient.of(DockerHost.parse("tcp://" + HOST + ":" + port), Optional.empty());
    assertThat(catchThrowable(() -> plain.version(soon())))
        .hasMessageContaining("HTTP request to an HTTPS server");
  }
}
