package ofelia.app;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/// A socket before the engine's that writes down each call and refuses those that a test names, as
/// a filtering proxy does. One connection is one call: that is how the client calls, and others are
/// told to.
final class RecordingProxy implements AutoCloseable {

  /// The page that such a proxy has for it.
  private static final String REFUSAL =
      """
      <html><body><h1>403 Forbidden</h1>
      Request forbidden by administrative rules.
      </body></html>
      """;

  private final Path engine;
  private final Path socket;
  private final ServerSocketChannel server;
  private final Set<String> calls = new ConcurrentSkipListSet<>();
  private final Set<String> ofCompose = new ConcurrentSkipListSet<>();
  private final List<String> inOrder = new CopyOnWriteArrayList<>();
  private volatile String refused = "";

  RecordingProxy(String engine, Path folder) throws IOException {
    this.engine = Path.of(engine.substring("unix://".length()));
    this.socket = folder.resolve("proxy.sock");
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  String host() {
    return "unix://" + socket;
  }

  /// Methods and paths, without version and query.
  Set<String> calls() {
    return calls;
  }

  /// Those of them that Compose made by itself.
  Set<String> callsOfCompose() {
    return ofCompose;
  }

  /// The same of each call, in the order in which they were made, since the latest [#forget].
  List<String> inOrder() {
    return List.copyOf(inOrder);
  }

  void forget() {
    inOrder.clear();
  }

  /// Refuses calls that begin so from now on; empty for none.
  void refuse(String begin) {
    refused = begin;
  }

  private void accept() {
    try {
      while (server.isOpen()) {
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("proxied").start(() -> serve(client));
      }
    } catch (IOException _) {
      // Closed by the test.
      return;
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        SocketChannel upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine))) {
      ByteBuffer begin = ByteBuffer.allocate(16 * 1024);
      client.read(begin);
      begin = forOneCall(begin.flip());
      String head = StandardCharsets.US_ASCII.decode(begin.duplicate()).toString();
      String[] words = head.split(" ", 3);
      String call =
          words[0] + " " + words[1].replaceFirst("\\?.*", "").replaceFirst("^/v1\\.\\d+/", "/");
      calls.add(call);
      if (head.contains("\r\nUser-Agent: compose/")) {
        ofCompose.add(call);
      }
      inOrder.add(call);
      if (!refused.isEmpty() && call.startsWith(refused)) {
        String answer =
            "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(REFUSAL.length(), REFUSAL);
        client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
        client.shutdownOutput();
        // A client that still writes its body must not find the connection closed.
        int read;
        do {
          read = client.read(begin.clear());
        } while (read >= 0);
        return;
      }
      while (begin.hasRemaining()) {
        upstream.write(begin);
      }
      Thread back = Thread.ofVirtual().start(() -> copy(upstream, client));
      copy(client, upstream);
      back.join();
    } catch (IOException _) {
      // One of the two went.
      return;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// The begin of a call after which the engine closes the connection.
  private static ByteBuffer forOneCall(ByteBuffer begin) {
    String text = StandardCharsets.ISO_8859_1.decode(begin.duplicate()).toString();
    String head = text.substring(0, Math.max(0, text.indexOf("\r\n\r\n")));
    return head.toLowerCase(Locale.ROOT).contains("\r\nconnection:")
        ? begin
        : StandardCharsets.ISO_8859_1.encode(
            text.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
      to.shutdownOutput();
    } catch (IOException _) {
      // One of the two went; the other copy ends by it.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
