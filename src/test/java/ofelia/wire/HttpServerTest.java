package ofelia.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class HttpServerTest {

  private static final HttpServer.Bounds BOUNDS =
      new HttpServer.Bounds(
          4,
          new Limits(1024, 16, 2000),
          Duration.ofMillis(500),
          Duration.ofMillis(300),
          Duration.ofMillis(200));

  private static final HttpServer.Handler ECHO =
      request -> Reply.text(200, request + " " + request.query() + " " + request.text());

  @TempDir Path folder;

  private Path socket() {
    return folder.resolve("ofelia.sock");
  }

  private HttpServer serve(HttpServer.Handler handler) throws IOException {
    return HttpServer.start(
        socket(),
        BOUNDS,
        handler,
        (request, e) -> {
          throw new AssertionError(request, e);
        });
  }

  private Response call(Request request) throws IOException {
    return new HttpClient(new Endpoint.Unix(socket()), "ofelia", Limits.CLIENT)
        .call(request, Deadline.within(Duration.ofSeconds(5)));
  }

  private String say(String text) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
      byte[] answer = Channels.newInputStream(channel).readAllBytes();
      return new String(answer, StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void answersItsOwnClient() throws IOException {
    try (HttpServer _ = serve(ECHO)) {
      Target target = Target.path("jobs", "a b/ü", "run").with("wait", true).with("x", "1&2 3");
      Response response = call(Request.post(target).with(Body.text("hello")));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("POST " + target + " {wait=true, x=1&2 3} hello");
    }
  }

  @Test
  void takesAPathApart() {
    Received request = new Received("GET", "/jobs/a%2Fb+c/?wait=true&x", Headers.NONE, new byte[0]);
    assertThat(request.path()).isEqualTo("/jobs/a%2Fb+c/");
    assertThat(request.segments()).containsExactly("jobs", "a/b+c");
    assertThat(request.query()).containsEntry("wait", "true").containsEntry("x", "");
  }

  @Test
  void isForItsOwnerOnlyAndLeavesNothingElseBehind() throws IOException {
    try (HttpServer _ = serve(ECHO)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-------");
      try (var files = Files.list(folder)) {
        assertThat(files).containsExactly(socket());
      }
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void replacesTheSocketOfAKilledProcess() throws IOException {
    ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    killed.bind(UnixDomainSocketAddress.of(socket()));
    killed.close();
    assertThat(socket()).exists();
    try (HttpServer _ = serve(ECHO)) {
      assertThat(call(Request.get(Target.path("x"))).status()).isEqualTo(200);
    }
  }

  @Test
  void touchesNeitherALiveSocketNorAFile() throws IOException {
    try (HttpServer _ = serve(ECHO)) {
      assertThatThrownBy(() -> serve(ECHO)).hasMessageContaining("another process listens there");
      assertThat(call(Request.get(Target.path("x"))).status()).isEqualTo(200);
    }
    Files.writeString(socket(), "precious");
    assertThatThrownBy(() -> serve(ECHO)).hasMessageContaining("a file that is no socket");
    assertThat(socket()).hasContent("precious");
  }

  @Test
  void leavesTheSocketOfItsSuccessorAlone() throws IOException {
    HttpServer first = serve(ECHO);
    Files.delete(socket());
    try (HttpServer _ = serve(ECHO)) {
      first.close();
      assertThat(call(Request.get(Target.path("x"))).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      })
  void saysWhatIsWrongWithARequest(String request) throws IOException {
    try (HttpServer _ = serve(ECHO)) {
      assertThat(say(request)).startsWith("HTTP/1.1 400 Bad Request").contains("bad request: ");
    }
  }

  @Test
  void readsOnlySoMuch() throws IOException {
    try (HttpServer _ = serve(ECHO)) {
      assertThat(say("GET / HTTP/1.1\r\nX: " + "y".repeat(2000))).contains("head is larger");
      Request large = Request.post(Target.path("x")).with(Body.text("y".repeat(2001)));
      assertThat(call(large).text()).contains("body is larger than 2000 bytes");
      Request chunked =
          Request.post(Target.path("x")).with(new Body.Streaming(out -> out.write(new byte[2001])));
      assertThat(call(chunked).status()).isEqualTo(400);
    }
  }

  @Test
  void hangsUpOnWhoIsTooSlow() throws IOException {
    try (HttpServer _ = serve(ECHO)) {
      long begin = System.nanoTime();
      assertThat(say("GET / HTT")).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    }
  }

  @Test
  void tellsWhoIsTooManyAndServesThemLater() throws Exception {
    CountDownLatch entered = new CountDownLatch(4);
    CountDownLatch leave = new CountDownLatch(1);
    HttpServer.Handler slow =
        request -> {
          entered.countDown();
          try {
            leave.await();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
          return Reply.text(200, "done");
        };
    try (HttpServer _ = serve(slow)) {
      List<AtomicReference<Response>> answers = new ArrayList<>();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        AtomicReference<Response> answer = new AtomicReference<>();
        answers.add(answer);
        callers.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    answer.set(call(Request.get(Target.path("x"))));
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }));
      }
      assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
      Response refused = call(Request.get(Target.path("x")));
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.headers().find("Retry-After")).contains("1");
      leave.countDown();
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(answers).allSatisfy(a -> assertThat(a.get().text()).isEqualTo("done"));
      assertThat(call(Request.get(Target.path("x"))).status()).isEqualTo(200);
    }
  }

  @Test
  void survivesAHandlerThatThrows() throws IOException {
    AtomicReference<String> told = new AtomicReference<>();
    HttpServer.Handler failing =
        _ -> {
          throw new IllegalStateException("secret");
        };
    try (HttpServer _ =
        HttpServer.start(
            socket(), BOUNDS, failing, (request, e) -> told.set(request + " " + e.getMessage()))) {
      for (int i = 0; i < 10; i++) {
        Response response = call(Request.get(Target.path("x")));
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).doesNotContain("secret");
      }
      assertThat(told.get()).isEqualTo("GET /x secret");
    }
  }

  @Test
  void streamsLongerThanARequestMayTake() throws IOException {
    HttpServer.Handler following =
        _ ->
            Reply.streaming(
                "text/plain",
                out -> {
                  for (int i = 0; i < 8; i++) {
                    out.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
                    pause(100);
                  }
                });
    try (HttpServer _ = serve(following)) {
      Response response = call(Request.get(Target.path("logs")));
      assertThat(response.text()).startsWith("line 0\n").endsWith("line 7\n");
    }
  }

  @Test
  void cutsAStreamThatIsStillGoingWhenItCloses() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    HttpServer.Handler endless =
        _ ->
            Reply.streaming(
                "text/plain",
                out -> {
                  try {
                    while (true) {
                      out.write('x');
                      pause(10);
                    }
                  } finally {
                    ended.countDown();
                  }
                });
    HttpServer server = serve(endless);
    HttpClient client = new HttpClient(new Endpoint.Unix(socket()), "ofelia", Limits.CLIENT);
    Deadline head = Deadline.within(Duration.ofSeconds(5));
    try (HttpStream stream =
        client.stream(Request.get(Target.path("logs")), head, Idle.unlimited())) {
      assertThat(stream.body().read()).isEqualTo('x');
      server.close();
      assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> stream.readAll(Limits.CLIENT)).isInstanceOf(IOException.class);
    }
    assertThat(folder).isEmptyDirectory();
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
