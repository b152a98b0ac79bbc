package ofelia.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The codec against scripted bytes: no sockets, no waiting.
class HttpClientTest {

  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
  private static final Limits LIMITS = new Limits(512, 8, 1000);
  private static final Request GET = Request.get(Target.path("x"));

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
        Arguments.of("GET", "HTTP/1.1 200\r\ncontent-length:5 \r\n\r\nhello", 200, "hello"),
        Arguments.of("GET", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", 200, "hello"),
        Arguments.of("GET", "HTTP/1.1 200 OK\r\n\r\nto the end", 200, "to the end"),
        Arguments.of("GET", "HTTP/1.0 200 OK\r\n\r\nto the end", 200, "to the end"),
        Arguments.of(
            "GET",
            CHUNKED + "3;a=\"b\"\r\nhel\r\n0002\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n",
            200,
            "hello"),
        Arguments.of(
            "POST",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok",
            201,
            "ok"),
        Arguments.of("POST", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        Arguments.of("POST", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, ""),
        Arguments.of("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 200, ""));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void readsAnAnswerWhereverItIsSplit(String method, String answer, int status, String body)
      throws IOException {
    for (int at = 0; at <= answer.length(); at++) {
      Response response = call(method, ScriptedTransport.splitAt(at, answer));
      assertThat(response.status()).as("split at %s", at).isEqualTo(status);
      assertThat(response.text()).as("split at %s", at).isEqualTo(body);
    }
    assertThat(call(method, ScriptedTransport.byteByByte(answer)).text()).isEqualTo(body);
  }

  private static Response call(String method, Transport transport) throws IOException {
    Request request = new Request(method, Target.path("x"), Headers.NONE, Body.NONE);
    return new HttpClient(transport, "docker", LIMITS).call(request, soon());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "H",
        "HTTP/1.1 200 OK\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nspace : x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhe",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
      })
  void callsNonsenseNonsense(String answer) {
    ScriptedTransport engine = ScriptedTransport.saying(answer);
    assertThatThrownBy(() -> call("GET", engine)).isInstanceOf(ProtocolException.class);
    assertThat(engine.closedConnections()).isEqualTo(1);
  }

  static Stream<Arguments> tooMuch() {
    String start = "HTTP/1.1 200 OK\r\n";
    return Stream.of(
        Arguments.of(start + "X: " + "y".repeat(600), "head is larger than 512 bytes"),
        Arguments.of(start + "X: y\r\n".repeat(9) + "\r\n", "more than 8 header fields"),
        Arguments.of(start + "\r\n" + "y".repeat(1001), "body is larger than 1000 bytes"),
        Arguments.of(
            start
                + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n"
                + "y".repeat(1001)
                + "\r\n0\r\n\r\n",
            "body is larger than 1000 bytes"),
        Arguments.of(
            start + "Transfer-Encoding: chunked\r\n\r\n1;" + "y".repeat(5000), "chunk size line"),
        Arguments.of("HTTP/1.1 100 Continue\r\n\r\n".repeat(9), "more than 8 provisional"));
  }

  @ParameterizedTest
  @MethodSource("tooMuch")
  void believesOnlySoMuch(String answer, String message) {
    assertThatThrownBy(() -> call("GET", ScriptedTransport.saying(answer)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(message);
  }

  @Test
  void sendsHeadAndBodyOfARequest() throws IOException {
    ScriptedTransport engine = ScriptedTransport.saying("HTTP/1.1 204 No Content\r\n\r\n");
    Request request =
        Request.post(Target.path("containers", "a/b", "kill").with("signal", "SIG INT&x=1"))
            .withJson("{}".getBytes(StandardCharsets.UTF_8));
    new HttpClient(engine, "docker", LIMITS).call(request, soon());
    assertThat(engine.sent().replace("\r\n", "\n"))
        .isEqualTo(
            """
            POST /containers/a%2Fb/kill?signal=SIG%20INT%26x%3D1 HTTP/1.1
            Content-Type: application/json
            Host: docker
            Connection: close
            Content-Length: 2

            {}\
            """);
  }

  @Test
  void sendsABodyOfUnknownLengthInChunksThatReadBackTheSame() throws IOException {
    long seed = 20;
    Random random = new Random(seed);
    byte[] content = new byte[20_000];
    random.nextBytes(content);
    ScriptedTransport engine = ScriptedTransport.saying("HTTP/1.1 204 No Content\r\n\r\n");
    Body body =
        new Body.Streaming(out -> {
          for (int at = 0; at < content.length; ) {
            int length = Math.min(random.nextInt(3000), content.length - at);
            out.write(content, at, length);
            at += length;
          }
        });
    new HttpClient(engine, "docker", LIMITS)
        .call(Request.post(Target.path("load")).with(body), soon());

    String sent = engine.sent();
    String echo = "HTTP/1.1 200 OK\r\n" + sent.substring(sent.indexOf("\r\n") + 2);
    byte[] back =
        new HttpClient(ScriptedTransport.saying(echo), "docker", Limits.CLIENT)
            .call(GET, soon())
            .body();
    assertThat(back).as("seed %s", seed).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw \r\n bytes",
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nraw \r\n bytes"
      })
  void losesNothingWhenAConnectionIsTakenOver(String answer) throws IOException {
    for (int at = 0; at <= answer.length(); at++) {
      ScriptedTransport engine = ScriptedTransport.splitAt(at, answer);
      HttpClient client = new HttpClient(engine, "docker", LIMITS);
      Request request = Request.post(Target.path("exec", "1", "start"));
      try (HttpStream stream = client.takeOver(request, "tcp", soon(), Idle.unlimited())) {
        stream.output().write("typed".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(stream.readAll(LIMITS), StandardCharsets.UTF_8))
            .isEqualTo("raw \r\n bytes");
      }
      assertThat(engine.sent()).contains("Connection: Upgrade").contains("Upgrade: tcp");
      assertThat(engine.sent()).endsWith("\r\n\r\ntyped");
    }
  }

  @Test
  void refusesToSendWhatWouldBreakTheMessage() {
    assertThatThrownBy(() -> Headers.of("X", "a\r\nY: b")).hasMessageContaining("line break");
    assertThatThrownBy(() -> Headers.of("X Y", "a")).hasMessageContaining("not a header name");
    assertThatThrownBy(() -> new Target("/a b")).hasMessageContaining("not a request target");
    assertThatThrownBy(() -> new Target("/a\r\nX: y")).hasMessageContaining("not a request");
  }

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(10));
  }
}
