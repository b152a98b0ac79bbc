package ofelia.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.junit.jupiter.params.provider.EnumSource;

/// Deadlines, silence, cuts and interrupts on real sockets, in platform threads and in virtual
/// ones.
@Timeout(20)
class DeadlineTest {

  private static final Request GET = Request.get(Target.path("containers", "json"));
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  @TempDir Path folder;

  enum Kind {
    PLATFORM,
    VIRTUAL;

    Thread start(Runnable work) {
      return this == PLATFORM ? Thread.ofPlatform().start(work) : Thread.ofVirtual().start(work);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static Thread begin(Kind kind, AtomicReference<Throwable> thrown, Work work) {
    return kind.start(() -> thrown.set(catchThrowable(work::run)));
  }

  private static Throwable thrownBy(Kind kind, Work work) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    assertThat(begin(kind, thrown, work).join(Duration.ofSeconds(10))).as("ends").isTrue();
    return thrown.get();
  }

  private UnixPeer peer(UnixPeer.Conduct conduct) throws IOException {
    return new UnixPeer(folder.resolve("s"), conduct);
  }

  @ParameterizedTest
  @EnumSource
  void namesWhatWasTriedWhenNoAnswerComes(Kind kind) throws Exception {
    try (UnixPeer silent = peer(UnixPeer.Peer::listen)) {
      assertThat(thrownBy(kind, () -> silent.client().call(GET, millis(150))))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessage(
              "GET /containers/json on unix://%s was not done within 150 ms", folder.resolve("s"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void coversABodyThatComesTooSlowly(Kind kind) throws Exception {
    UnixPeer.Conduct drip =
        peer -> {
          peer.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
          while (true) {
            peer.say("x");
            Thread.sleep(20);
          }
        };
    try (UnixPeer slow = peer(drip)) {
      assertThat(thrownBy(kind, () -> slow.client().call(GET, millis(200))))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void coversARequestThatIsNotTaken(Kind kind) throws Exception {
    try (UnixPeer deaf = peer(_ -> Thread.sleep(20_000))) {
      Request large = Request.post(Target.path("load")).with(new Body.Bytes(new byte[8_000_000]));
      assertThat(thrownBy(kind, () -> deaf.client().call(large, millis(200))))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsAnEngineThatIsAwayFromOneThatIsSlow(Kind kind) throws Exception {
    Path nobody = folder.resolve("nobody");
    HttpClient client = new HttpClient(new Endpoint.Unix(nobody), "docker", Limits.CLIENT);
    assertThat(thrownBy(kind, () -> client.call(GET, millis(5000))))
        .isInstanceOf(ConnectFailedException.class)
        .hasMessageContaining("cannot connect to unix://" + nobody);
  }

  @ParameterizedTest
  @EnumSource
  void givesUpAConnectionThatNobodyAccepts(Kind kind) throws Exception {
    Path path = folder.resolve("full");
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path), 1);
      for (int i = 0; i < 2; i++) {
        waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
      }
      HttpClient client = new HttpClient(new Endpoint.Unix(path), "docker", Limits.CLIENT);
      assertThat(thrownBy(kind, () -> client.call(GET, millis(200))))
          .isInstanceOf(ConnectFailedException.class);
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void reachesAPortByNameAndByAddress() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                var socket = listener.accept();
                socket
                    .getOutputStream()
                    .write("HTTP/1.1 204 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().read();
              }
            } catch (IOException _) {
              // Closed by the test.
            }
          });
      for (String host : List.of("127.0.0.1", "localhost")) {
        Endpoint endpoint = new Endpoint.Tcp(host, listener.getLocalPort());
        HttpClient client = new HttpClient(endpoint, "docker", Limits.CLIENT);
        assertThat(client.call(GET, millis(5000)).status()).isEqualTo(204);
      }
      Endpoint unknown = new Endpoint.Tcp("no-such-host.invalid", 1);
      assertThat(catchThrowable(() -> unknown.open(millis(10_000))))
          .hasMessageContaining("no-such-host.invalid");
    }
  }

  @ParameterizedTest
  @EnumSource
  void letsAStreamBeSilentForEverWhenToldSo(Kind kind) throws Exception {
    UnixPeer.Conduct late =
        peer -> {
          peer.say(CHUNKED);
          Thread.sleep(400);
          peer.say("2\r\nok\r\n0\r\n\r\n");
        };
    try (UnixPeer engine = peer(late)) {
      assertThat(
              thrownBy(
                  kind,
                  () -> {
                    try (HttpStream stream =
                        engine.client().stream(GET, millis(200), Idle.unlimited())) {
                      assertThat(stream.readAll(Limits.CLIENT)).asString().isEqualTo("ok");
                    }
                  }))
          .isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsASilentStreamThatMayNotBeSilent(Kind kind) throws Exception {
    UnixPeer.Conduct stall =
        peer -> {
          peer.say(CHUNKED);
          for (int i = 0; i < 5; i++) {
            peer.say("1\r\nx\r\n");
            Thread.sleep(100);
          }
          peer.listen();
        };
    try (UnixPeer engine = peer(stall)) {
      assertThat(
              thrownBy(
                  kind,
                  () -> {
                    Idle idle = Idle.limitedTo(Duration.ofMillis(300));
                    try (HttpStream stream = engine.client().stream(GET, millis(5000), idle)) {
                      assertThat(stream.body().readNBytes(5)).asString().isEqualTo("xxxxx");
                      stream.body().read();
                    }
                  }))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("hearing more of GET /containers/json")
          .hasMessageContaining("300 ms");
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsAnErrorAnswerUnderTheDeadline(Kind kind) throws Exception {
    UnixPeer.Conduct half =
        peer -> {
          peer.say("HTTP/1.1 500 Oh\r\nContent-Length: 10\r\n\r\nha");
          peer.listen();
        };
    try (UnixPeer engine = peer(half)) {
      assertThat(
              thrownBy(
                  kind,
                  () -> {
                    try (HttpStream stream =
                        engine.client().stream(GET, millis(200), Idle.unlimited())) {
                      stream.readAll(Limits.CLIENT);
                    }
                  }))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsTheReaderWhenAnotherThreadCuts(Kind kind) throws Exception {
    UnixPeer.Conduct quiet =
        peer -> {
          peer.say(CHUNKED + "1\r\nx\r\n");
          peer.listen();
        };
    try (UnixPeer engine = peer(quiet)) {
      HttpStream stream = engine.client().stream(GET, millis(5000), Idle.unlimited());
      CountDownLatch reading = new CountDownLatch(1);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread reader =
          begin(
              kind,
              thrown,
              () -> {
                InputStream body = stream.body();
                body.read();
                reading.countDown();
                body.read();
              });
      assertThat(reading.await(5, TimeUnit.SECONDS)).isTrue();
      Thread.sleep(50); // So that it blocks; being early only makes the test easier.
      stream.close();
      assertThat(reader.join(Duration.ofSeconds(2))).isTrue();
      assertThat(thrown.get())
          .isInstanceOf(CutException.class)
          .hasMessageContaining("GET /containers/json")
          .hasMessageContaining("was cut");
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesAnInterruptForACutAndKeepsTheFlag(Kind kind) throws Exception {
    try (UnixPeer silent = peer(UnixPeer.Peer::listen)) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicReference<Boolean> flag = new AtomicReference<>();
      Thread caller =
          kind.start(() -> {
            thrown.set(catchThrowable(() -> silent.client().call(GET, millis(10_000))));
            flag.set(Thread.currentThread().isInterrupted());
          });
      Thread.sleep(100);
      caller.interrupt();
      assertThat(caller.join(Duration.ofSeconds(2))).isTrue();
      assertThat(thrown.get()).isInstanceOf(CutException.class);
      assertThat(flag.get()).isTrue();
    }
  }

  @Test
  void watchesAllCallsWithOneThread() throws Exception {
    try (UnixPeer silent = peer(UnixPeer.Peer::listen)) {
      List<Thread> callers = new ArrayList<>();
      List<Throwable> thrown = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Duration limit = Duration.ofMillis(100 + 10 * (i % 7));
        callers.add(
            Kind.VIRTUAL.start(() -> {
              Throwable e = catchThrowable(() -> silent.client().call(GET, Deadline.within(limit)));
              synchronized (thrown) {
                thrown.add(e);
              }
            }));
      }
      for (Thread caller : callers) {
        assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
      }
      assertThat(thrown).hasSize(40).hasOnlyElementsOfType(DeadlineExceededException.class);
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().equals("wire-watchdog"))
          .hasSize(1);
    }
  }

  private static Deadline millis(long millis) {
    return Deadline.within(Duration.ofMillis(millis));
  }
}
