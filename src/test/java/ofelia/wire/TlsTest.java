package ofelia.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import ofelia.wire.TestAuthority.KeyForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS, against the JDK's own server side.
@Timeout(20)
class TlsTest {

  private static final String HOST = "127.0.0.1";

  @TempDir Path folder;

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(10));
  }

  private Path issued(TestAuthority by, String name, KeyForm form) throws Exception {
    return by.issue(folder.resolve(name), HOST, form);
  }

  private static String get(int port, Path certificates) throws IOException {
    return get(port, TlsFiles.in(certificates, true));
  }

  private static String get(int port, TlsFiles files) throws IOException {
    Tls tls = new Tls(new Endpoint.Tcp(HOST, port), files);
    HttpClient client = new HttpClient(tls, HOST, Limits.CLIENT);
    return new String(
        client.call(Request.get(Target.path("x")), soon()).body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void provesWhoItIsWithAKeyOfEachForm(KeyForm form) throws Exception {
    TestAuthority authority = TestAuthority.named("a");
    try (TlsPeer peer = new TlsPeer(issued(authority, "server", KeyForm.EC_PKCS8))) {
      peer.say("x".repeat(100_000));
      assertThat(get(peer.port(), issued(authority, "client", form))).hasSize(100_000);
      assertThat(peer.protocols).containsExactly("TLSv1.3");
    }
  }

  @Test
  void speaksTls12WhereTheOtherSideKnowsNoBetter() throws Exception {
    TestAuthority authority = TestAuthority.named("a");
    Path client = issued(authority, "client", KeyForm.RSA_PKCS1);
    Path server = issued(authority, "server", KeyForm.RSA_PKCS8);
    try (TlsPeer peer = new TlsPeer(server, "TLSv1.2")) {
      assertThat(get(peer.port(), client)).isEqualTo("hello");
      assertThat(peer.protocols).containsExactly("TLSv1.2");
    }
  }

  @Test
  void takesUpRenewedFilesWithoutARestart() throws Exception {
    TestAuthority authority = TestAuthority.named("a");
    Path client = issued(authority, "client", KeyForm.EC_PKCS8);
    TlsFiles files = TlsFiles.in(client, true);
    try (TlsPeer peer = new TlsPeer(issued(authority, "server", KeyForm.EC_PKCS8))) {
      assertThat(get(peer.port(), files)).isEqualTo("hello");
      TestAuthority.named("other").writeAuthority(client);
      touch(client.resolve("ca.pem"));
      assertThat(catchThrowable(() -> get(peer.port(), files)))
          .hasMessageContaining("not signed by an authority in \"" + client.resolve("ca.pem"));
      Files.delete(client.resolve("ca.pem"));
      assertThat(catchThrowable(() -> get(peer.port(), files)))
          .hasMessageContaining("there is no file \"" + client.resolve("ca.pem") + "\"");
    }
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(
        file, java.nio.file.attribute.FileTime.from(Instant.now().plusSeconds(5)));
  }

  @Test
  void believesNobodyElse() throws Exception {
    TestAuthority authority = TestAuthority.named("a");
    Path client = issued(authority, "client", KeyForm.EC_PKCS8);
    Path expired =
        authority.issue(
            folder.resolve("expired"), HOST, KeyForm.EC_PKCS8, Instant.now().minusSeconds(60));
    Path elsewhere = authority.issue(folder.resolve("other"), "example.com", KeyForm.EC_PKCS8);
    try (TlsPeer peer = new TlsPeer(expired)) {
      assertThat(catchThrowable(() -> get(peer.port(), client)))
          .isInstanceOf(ConnectFailedException.class)
          .hasMessageContaining("cannot connect to tcp://127.0.0.1:" + peer.port() + " (TLS)")
          .hasMessageContaining("its certificate has expired");
    }
    try (TlsPeer peer = new TlsPeer(elsewhere)) {
      assertThat(catchThrowable(() -> get(peer.port(), client)))
          .isInstanceOf(ConnectFailedException.class)
          .hasMessageContaining("its certificate is not for this host");
      assertThat(get(peer.port(), TlsFiles.in(client, false)))
          .as("when told so")
          .isEqualTo("hello");
    }
    // The same name and another key.
    try (TlsPeer peer = new TlsPeer(issued(TestAuthority.named("a"), "twin", KeyForm.EC_PKCS8))) {
      assertThat(catchThrowable(() -> get(peer.port(), client)))
          .isInstanceOf(ConnectFailedException.class)
          .hasMessageContaining("its certificate is not signed by an authority in");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void saysWhenItIsNotBelieved(String protocol) throws Exception {
    TestAuthority authority = TestAuthority.named("a");
    Path none = Files.createDirectory(folder.resolve("none"));
    authority.writeAuthority(none);
    Path stranger = issued(TestAuthority.named("b"), "stranger", KeyForm.EC_PKCS8);
    authority.writeAuthority(stranger);
    Instant past = Instant.now().minusSeconds(60);
    Path expired = authority.issue(folder.resolve("expired"), HOST, KeyForm.EC_PKCS8, past);
    Path server = issued(authority, "server", KeyForm.EC_PKCS8);
    try (TlsPeer peer = new TlsPeer(server, protocol)) {
      assertThat(catchThrowable(() -> get(peer.port(), none)))
          .hasMessageContaining("client certificate")
          .hasMessageEndingWith("none was given");
      assertThat(catchThrowable(() -> get(peer.port(), stranger)))
          .hasMessageContaining("it refuses the client certificate")
          .hasMessageEndingWith("\"" + stranger.resolve("cert.pem") + "\"");
      assertThat(catchThrowable(() -> get(peer.port(), expired)))
          .hasMessageContaining("it refuses the client certificate")
          .hasMessageContaining("which expired on " + past.toString().substring(0, 17));
    }
  }

  @Test
  void neverFallsBackToNoTls() throws Exception {
    Path client = issued(TestAuthority.named("a"), "client", KeyForm.EC_PKCS8);
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerPlainly(plain));
      assertThat(catchThrowable(() -> get(plain.getLocalPort(), client)))
          .isInstanceOf(ConnectFailedException.class)
          .hasMessageContaining("it answers without TLS");
    }
  }

  private static void answerPlainly(ServerSocket server) {
    try (Socket socket = server.accept()) {
      var _ = socket.getInputStream().read(new byte[10]);
      socket
          .getOutputStream()
          .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      var _ = socket.getInputStream().readAllBytes();
    } catch (IOException _) {
      // The client went.
      return;
    }
  }

  @Test
  void hasADeadlineForTheHandshake() throws Exception {
    Path client = issued(TestAuthority.named("a"), "client", KeyForm.EC_PKCS8);
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Tls tls = new Tls(new Endpoint.Tcp(HOST, silent.getLocalPort()), TlsFiles.in(client, true));
      assertThatThrownBy(() -> tls.open(Deadline.within(Duration.ofMillis(200))))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("agreeing on TLS");
    }
  }

  @Test
  void namesTheFileThatIsMissingOrUnusable() throws Exception {
    TestAuthority authority = TestAuthority.named("a");
    Path client = issued(authority, "client", KeyForm.EC_SEC1);
    Path other = issued(authority, "other", KeyForm.EC_SEC1);
    Path key = client.resolve("key.pem");
    Files.copy(other.resolve("key.pem"), key, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> TlsFiles.in(client, true))
        .hasMessage("\"%s\" is not the key of \"%s\"", key, client.resolve("cert.pem"));
    Files.writeString(
        key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    assertThatThrownBy(() -> TlsFiles.in(client, true)).hasMessageContaining("passphrase");
    Files.writeString(key, "-----BEGIN EC PRIVATE KEY-----\nMAMC\n-----END EC PRIVATE KEY-----\n");
    assertThatThrownBy(() -> TlsFiles.in(client, true)).hasMessageContaining("is damaged");
    Files.writeString(key, "secret");
    assertThatThrownBy(() -> TlsFiles.in(client, true))
        .hasMessage("\"%s\" holds no private key in PEM form", key);
    Files.delete(key);
    assertThatThrownBy(() -> TlsFiles.in(client, true)).hasMessage("there is no file \"%s\"", key);
    assertThatThrownBy(() -> TlsFiles.in(folder.resolve("nowhere"), true))
        .hasMessage("there is no file \"%s\"", folder.resolve("nowhere/ca.pem"));
    assertThat(Optional.of(TlsFiles.system())).isPresent();
  }
}
