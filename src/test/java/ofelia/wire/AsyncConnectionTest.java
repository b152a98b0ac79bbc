package ofelia.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What carries a named pipe of Windows, over a channel of the same sort that every system has: an
/// asynchronous socket. The pipe itself is not tried here.
@Timeout(20)
class AsyncConnectionTest {

  private static final Request GET = Request.get(new Target("/_ping"));

  private ServerSocket listener;
  private Transport transport;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    transport =
        _ -> {
          AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
          try {
            channel
                .connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()))
                .get();
          } catch (Exception e) {
            throw new IOException(e);
          }
          return new AsyncConnection(channel);
        };
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  private interface Conduct {
    void on(InputStream in, OutputStream out) throws Exception;
  }

  private Thread serve(Conduct conduct) {
    return Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = listener.accept()) {
            conduct.on(socket.getInputStream(), socket.getOutputStream());
          } catch (Exception _) {
            // The client left.
          }
        });
  }

  private HttpClient client() {
    return new HttpClient(transport, "docker", Limits.CLIENT);
  }

  private static Deadline millis(long millis) {
    return Deadline.within(Duration.ofMillis(millis));
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void carriesManyBytesBothWaysAtOnce() throws Exception {
    serve(InputStream::transferTo);
    byte[] sent = new byte[3_000_000];
    new Random(1).nextBytes(sent);
    try (Connection connection = transport.open(millis(5_000))) {
      Thread writer =
          Thread.ofVirtual()
              .start(() -> assertThat(catchThrowable(() -> connection.out().write(sent))).isNull());
      assertThat(connection.in().readNBytes(sent.length)).isEqualTo(sent);
      writer.join();
    }
  }

  @Test
  void answersCallsAndNoticesTheEnd() throws Exception {
    serve((_, out) ->
        say(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n"));
    assertThat(client().call(GET, millis(5_000)).body()).asString().isEqualTo("OK");
    serve((_, out) -> say(out, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nOK"));
    assertThatThrownBy(() -> client().call(GET, millis(5_000)))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void isCutByItsDeadline() {
    serve((in, _) -> in.readAllBytes());
    assertThatThrownBy(() -> client().call(GET, millis(150)))
        .isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void failsAtOnceWhenItIsClosedOrInterrupted() throws Exception {
    for (boolean isInterrupt : new boolean[] {false, true}) {
      serve((in, _) -> in.readAllBytes());
      Connection connection = transport.open(millis(5_000));
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      CountDownLatch begun = new CountDownLatch(1);
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                begun.countDown();
                thrown.set(catchThrowable(() -> connection.in().read()));
              });
      begun.await();
      while (reader.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      if (isInterrupt) {
        reader.interrupt();
      } else {
        connection.close();
      }
      assertThat(reader.join(Duration.ofSeconds(5))).isTrue();
      assertThat(thrown.get())
          .isInstanceOf(java.nio.channels.AsynchronousCloseException.class)
          .isExactlyInstanceOf(
              isInterrupt
                  ? java.nio.channels.ClosedByInterruptException.class
                  : java.nio.channels.AsynchronousCloseException.class);
      assertThatThrownBy(() -> connection.out().write(1))
          .isInstanceOf(java.nio.channels.AsynchronousCloseException.class);
      connection.close();
    }
  }

  @Test
  void saysThatThereIsNoPipe(@TempDir Path folder) throws Exception {
    Pipe none = new Pipe(folder.resolve("none").toString());
    assertThatThrownBy(() -> new HttpClient(none, "docker", Limits.CLIENT).call(GET, millis(500)))
        .isInstanceOf(ConnectFailedException.class)
        .hasMessageEndingWith("none: there is no such pipe; is the engine started?");
    assertThat(new Pipe("\\\\.\\pipe\\docker_engine"))
        .hasToString("npipe:////./pipe/docker_engine");
  }

  /// A folder cannot be opened either, and that with an error of no kind of its own, like a pipe
  /// whose ends are all in use.
  @Test
  void triesAPipeThatIsBusyUntilItsDeadline(@TempDir Path folder) {
    Pipe busy = new Pipe(folder.toString());
    assertThatThrownBy(() -> busy.open(millis(100)))
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessage("connecting to npipe://" + folder + " was not done within 100 ms")
        .hasRootCauseInstanceOf(java.nio.file.FileSystemException.class);
  }

  /// A plain file gives the same bytes again and again, as a pipe does not; but what is asked of it
  /// is what a pipe is asked.
  @Test
  void readsAndWritesWhatItOpened(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("pipe"), "from it");
    try (Connection connection = new Pipe(file.toString()).open(millis(500))) {
      assertThat(connection.in().readNBytes(7)).asString().isEqualTo("from it");
      say(connection.out(), "into it");
    }
    assertThat(file).hasContent("into it");
  }
}
