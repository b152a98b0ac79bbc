package ofelia.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import ofelia.config.GlobalKeys;
import ofelia.config.HttpKeys;
import ofelia.cron.Schedule;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Trace;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.wire.TestAuthority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// HTTP jobs against servers on this machine.
@Timeout(60)
class HttpRunnerTest {

  @TempDir Path folder;
  private final HttpRunner runner = new HttpRunner(new SystemTime(), new SystemCrew());
  private final RecordingSink sink = new RecordingSink();
  private final ManualStop stop = new ManualStop();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final Settings.Builder settings = new Settings.Builder();
  private HttpServer server;
  private TestAuthority authority;

  @BeforeEach
  void open() throws Exception {
    authority = TestAuthority.named("ours");
    server = serve(HttpServer.create(loopback(), 0));
  }

  @AfterEach
  void close() {
    hanging.countDown();
    servers.forEach(each -> each.stop(0));
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private HttpServer serve(HttpServer each) {
    each.createContext("/", this::answer);
    each.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    each.start();
    servers.add(each);
    return each;
  }

  /// `/status/N` answers so, `/to/N?URL` redirects, `/hang` does not answer; else `hello`.
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      heard.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " "
              + body
              + " token="
              + exchange.getRequestHeaders().getFirst("Token")
              + " run="
              + exchange.getRequestHeaders().getFirst("Ofelia-Run-Id"));
      byte[] reply = "hello".getBytes(UTF_8);
      int status = 200;
      if (path.startsWith("/status/")) {
        status = Integer.parseInt(path.substring("/status/".length()));
      } else if (path.startsWith("/to/")) {
        status = Integer.parseInt(path.substring("/to/".length()));
        exchange.getResponseHeaders().add("Location", exchange.getRequestURI().getQuery());
      } else if (path.equals("/hang")) {
        hanging.await();
      }
      exchange.sendResponseHeaders(status, reply.length);
      exchange.getResponseBody().write(reply);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private RunRequest request(String url) throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("täglich"),
            JobKind.HTTP,
            "test",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            settings.put(HttpKeys.URL, url).build(),
            Origin.of("test"),
            List.of());
    return new RunRequest(RunId.of(1, 2), job, Instant.EPOCH, Cause.SCHEDULE, 1);
  }

  private Outcome run(String url) throws Exception {
    return runner.run(request(url), sink, stop);
  }

  private static String problem(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Broke.class);
    return ((Outcome.Broke) outcome).problem();
  }

  @Test
  void keepsTheAnswerAndTellsTheOtherSideWhoCalls() throws Exception {
    assertThat(run(url("/x?key=secret"))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("hello");
    assertThat(sink.text(OutputChannel.STDERR)).isEqualTo("GET " + url("/x") + ": 200\n");
    assertThat(heard).containsExactly("GET /x?key=secret  token=null run=" + RunId.of(1, 2));
    assertThat(runner.describe(request(url("/x?key=secret")).job())).isEqualTo("GET " + url("/x"));
  }

  @Test
  void sendsABodyAndHeadersFromFiles() throws Exception {
    Path headers = Files.writeString(folder.resolve("headers"), "Token: very-secret\n\n");
    settings
        .put(HttpKeys.BODY, "the body")
        .put(HttpKeys.HEADER_FILE, List.of(headers.toString()))
        .put(HttpKeys.HEADER, List.of("User-Agent: mine"));
    assertThat(run(url("/x"))).isEqualTo(new Outcome.Succeeded());
    assertThat(heard).singleElement().asString().startsWith("POST /x the body token=very-secret");
    assertThat(sink.text(OutputChannel.STDERR)).doesNotContain("secret");

    Files.writeString(headers, "very-secret\n");
    assertThat(problem(run(url("/x"))))
        .contains("header-file", "not Name: value")
        .doesNotContain("secret");
    settings.put(HttpKeys.HEADER_FILE, List.of("/no/such/file"));
    assertThat(problem(run(url("/x")))).contains("/no/such/file", "no such file");
  }

  @Test
  void showsNoSecretThatTheAnswerRepeats() throws Exception {
    Path headers =
        Files.writeString(folder.resolve("headers"), "Token: hello\nOther: Bearer hell-no\n");
    settings.put(HttpKeys.HEADER_FILE, List.of(headers.toString()));
    assertThat(new MaskingRunner(runner).run(request(url("/x")), sink, stop))
        .isEqualTo(new Outcome.Succeeded());
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("***");
    settings.put(HttpKeys.PROXY, "http://me:p%40ss@proxy.example.com");
    assertThat(HttpPlan.secrets(settings.build()))
        .containsExactly("hello", "hello", "Bearer hell-no", "hell-no", "p@ss");
  }

  @ParameterizedTest
  @CsvSource({
    "200, 2xx, true",
    "204, 2xx, true",
    "503, 2xx, false",
    "503, '200-299, 503', true",
    "404, 400-403, false",
    "302, 302, true"
  })
  void expectsAStatus(int status, String expected, boolean isSuccess) throws Exception {
    settings.put(HttpKeys.EXPECT_STATUS, List.of(expected.split(", ")));
    Outcome outcome = run(url("/status/" + status));
    if (isSuccess) {
      assertThat(outcome).isEqualTo(new Outcome.Succeeded());
    } else {
      assertThat(outcome)
          .isEqualTo(new Outcome.Failed(status, "status " + status + ", and not " + expected));
    }
  }

  @Test
  void expectsContent() throws Exception {
    settings.put(HttpKeys.EXPECT_CONTENT, "ell");
    assertThat(run(url("/x"))).isEqualTo(new Outcome.Succeeded());
    settings.put(HttpKeys.EXPECT_CONTENT, "bye");
    assertThat(run(url("/x")))
        .isEqualTo(new Outcome.Failed(1, "the answer does not have \"bye\" in it"));
  }

  @Test
  void followsRedirectsAndKeepsSecretsFromOtherHosts() throws Exception {
    HttpServer other = serve(HttpServer.create(loopback(), 0));
    String there = "http://localhost:" + other.getAddress().getPort() + "/there";
    settings.put(HttpKeys.HEADER, List.of("Token: secret")).put(HttpKeys.BODY, "b");
    assertThat(run(url("/to/307?/to/303?/here"))).isEqualTo(new Outcome.Succeeded());
    assertThat(heard).hasSize(3).allMatch(line -> line.contains("token=secret"));
    assertThat(heard.getLast()).startsWith("GET /here  token");
    heard.clear();
    assertThat(run(url("/to/308?" + there))).isEqualTo(new Outcome.Succeeded());
    assertThat(heard.getLast()).isEqualTo("POST /there b token=null run=null");
  }

  @Test
  void callsAddressesWithLettersOfAnyKind() throws Exception {
    assertThat(run(url("/grün"))).isEqualTo(new Outcome.Succeeded());
    assertThat(heard.getLast()).startsWith("GET /gr%C3%BCn ");
  }

  @Test
  void limitsRedirects() throws Exception {
    settings.put(HttpKeys.MAX_REDIRECTS, 1);
    assertThat(problem(run(url("/to/302?/to/302?/x")))).isEqualTo("more than 1 redirects");
    settings.put(HttpKeys.MAX_REDIRECTS, 0);
    assertThat(run(url("/to/302?/x"))).isInstanceOf(Outcome.Failed.class);
    settings.put(HttpKeys.MAX_REDIRECTS, 5);
    assertThat(problem(run(url("/to/302?file:///etc/passwd")))).contains("no address of HTTP");
  }

  @Test
  void callsOnlyHostsThatAreAllowedAlsoByRedirect() throws Exception {
    settings.put(GlobalKeys.HTTP_ALLOWED_HOSTS, List.of("127.0.0.1"));
    int port = server.getAddress().getPort();
    assertThat(problem(run(url("/to/302?http://localhost:" + port + "/x"))))
        .isEqualTo("\"localhost\" is not among the http-allowed-hosts of [global]");
    assertThat(heard).hasSize(1);
    assertThat(problem(run("http://localhost:" + port + "/x"))).contains("http-allowed-hosts");
    assertThat(heard).hasSize(1);
  }

  @Test
  void givesUpInTime() throws Exception {
    settings.put(HttpKeys.TIMEOUT, Duration.ofMillis(300));
    assertThat(problem(run(url("/hang")))).contains("not done within 300 ms");
  }

  @Test
  void isCutWhenItIsStopped() throws Exception {
    RunRequest request = request(url("/hang"));
    Thread stopper = Thread.ofVirtual().start(this::stopWhenHeard);
    long from = System.nanoTime();
    assertThat(runner.run(request, sink, stop)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
    stopper.join();
    assertThat(runner.run(request, sink, stop)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(heard).hasSize(1);
  }

  private void stopWhenHeard() {
    try {
      while (heard.isEmpty()) {
        Thread.sleep(5);
      }
      stop.request(Duration.ofSeconds(30));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    server.stop(0);
    assertThat(problem(run(url("/x")))).startsWith("cannot connect to tcp://127.0.0.1:");
  }

  @Test
  void isLostWithTheDaemon() throws Exception {
    assertThat(runner.canOutlive()).isFalse();
    assertThat(runner.find(request(url("/x")), new Trace("1", java.util.Optional.empty())))
        .isInstanceOf(Finding.Lost.class);
  }

  // ---- TLS and proxies -------------------------------------------------------------------------

  private int secureServer() throws Exception {
    return secureServer(false);
  }

  /// @param isDemanding whether it wants to know who calls, by a certificate of its own authority
  private int secureServer(boolean isDemanding) throws Exception {
    Path issued =
        authority.issue(folder.resolve("tls"), "localhost", TestAuthority.KeyForm.EC_PKCS8);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate certificate;
    try (InputStream in = Files.newInputStream(issued.resolve("cert.pem"))) {
      certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    String pem = Files.readString(issued.resolve("key.pem")).replaceAll("-----.*-----|\\s", "");
    var key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    store.setKeyEntry("own", key, new char[0], new Certificate[] {certificate});
    KeyManagerFactory proof = KeyManagerFactory.getInstance("PKIX");
    proof.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    try (InputStream in = Files.newInputStream(issued.resolve("ca.pem"))) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    context.init(proof.getKeyManagers(), trust.getTrustManagers(), null);
    HttpsServer secure = HttpsServer.create(loopback(), 0);
    secure.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ours = context.getDefaultSSLParameters();
            ours.setNeedClientAuth(isDemanding);
            parameters.setSSLParameters(ours);
          }
        });
    return serve(secure).getAddress().getPort();
  }

  @Test
  void believesTheAuthoritiesItIsGiven() throws Exception {
    String url = "https://localhost:" + secureServer() + "/x";
    assertThat(problem(run(url))).contains("not signed by an authority in the system");
    settings.put(HttpKeys.CA_FILE, folder.resolve("tls/ca.pem").toString());
    assertThat(run(url)).isEqualTo(new Outcome.Succeeded());
    assertThat(problem(run(url("/to/302?" + url("/x").replace("http:", "ftp:")))))
        .contains("no address of HTTP");
    assertThat(problem(run(url.replace("/x", "/to/302?" + url("/x")))))
        .contains("from https to http");
    settings.put(HttpKeys.CA_FILE, "").put(HttpKeys.VERIFY_CERTIFICATE, false);
    assertThat(run(url)).isEqualTo(new Outcome.Succeeded());
  }

  @Test
  void provesWhoItIsToTheHostThatTheJobNamesOnly() throws Exception {
    int demanding = secureServer(true);
    String url = "https://localhost:" + demanding + "/x";
    settings.put(HttpKeys.CA_FILE, folder.resolve("tls/ca.pem").toString());
    assertThat(problem(run(url))).contains("none was given");
    Path own = authority.issue(folder.resolve("own"), "client", TestAuthority.KeyForm.EC_PKCS8);
    settings
        .put(HttpKeys.CERTIFICATE_FILE, own.resolve("cert.pem").toString())
        .put(HttpKeys.KEY_FILE, own.resolve("key.pem").toString());
    assertThat(run(url)).isEqualTo(new Outcome.Succeeded());

    int other = secureServer(true);
    assertThat(problem(run(url.replace("/x", "/to/302?https://localhost:" + other + "/x"))))
        .contains("none was given");
    settings.put(HttpKeys.KEY_FILE, folder.resolve("tls/key.pem").toString());
    assertThat(problem(run(url))).contains("tls/key.pem\" is not the key of", "own/cert.pem");
    settings.put(HttpKeys.KEY_FILE, "/no/such/key.pem");
    assertThat(problem(run(url))).contains("/no/such/key.pem");
  }

  @Test
  void callsThroughAProxy() throws Exception {
    settings.put(HttpKeys.PROXY, "http://127.0.0.1:" + server.getAddress().getPort());
    assertThat(run("http://far.example.com/x?y")).isEqualTo(new Outcome.Succeeded());
    assertThat(heard.getFirst()).startsWith("GET http://far.example.com/x?y ");

    int port = secureServer();
    try (ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> tunnel(proxy, port));
      settings
          .put(HttpKeys.CA_FILE, folder.resolve("tls/ca.pem").toString())
          .put(HttpKeys.PROXY, "http://me:p%40ss@127.0.0.1:" + proxy.getLocalPort());
      assertThat(run("https://localhost:" + port + "/x")).isEqualTo(new Outcome.Succeeded());
      settings.put(HttpKeys.PROXY, "http://127.0.0.1:" + proxy.getLocalPort());
      assertThat(problem(run("https://localhost:" + port + "/x"))).contains("status 407");
    }
  }

  /// A proxy that knows one user, `me:p@ss`.
  private static void tunnel(ServerSocket proxy, int port) {
    try {
      while (true) {
        Socket client = proxy.accept();
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
          head.append((char) client.getInputStream().read());
        }
        if (!head.toString().contains("Basic bWU6cEBzcw==")) {
          client.getOutputStream().write("HTTP/1.1 407 No\r\n\r\n".getBytes(UTF_8));
          client.close();
          continue;
        }
        client.getOutputStream().write("HTTP/1.1 200 Yes\r\n\r\n".getBytes(UTF_8));
        Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
        Thread.ofVirtual().start(() -> copy(client, far));
        Thread.ofVirtual().start(() -> copy(far, client));
      }
    } catch (IOException _) {
      // The test closed it.
      return;
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // One of the two has ended.
      return;
    }
  }
}
