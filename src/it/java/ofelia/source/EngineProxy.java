package ofelia.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A socket before the engine's, behind which the engine can seem to go away, to hang, or to talk
/// nonsense.
public final class EngineProxy implements AutoCloseable {

  /// What the engine seems to do.
  public sealed interface Behaviour {
    record Forward() implements Behaviour {}

    record Hang() implements Behaviour {}

    record Refuse() implements Behaviour {}

    /// Answers requests with this in their first line, and forwards the rest.
    record Answer(String to, int status, String body) implements Behaviour {}

    static Behaviour listing(String body) {
      return new Answer("/containers/json", 200, body);
    }
  }

  private final Path engine;
  private final Path socket;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private volatile Behaviour behaviour = new Behaviour.Forward();

  public EngineProxy(Path engine, Path folder) throws IOException {
    this.engine = engine;
    this.socket = folder.resolve("engine.sock");
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  public String host() {
    return "unix://" + socket;
  }

  /// Cuts all connections and behaves differently from now on.
  public void become(Behaviour next) {
    behaviour = next;
    open.forEach(EngineProxy::close);
    open.clear();
  }

  private void accept() {
    try {
      while (server.isOpen()) {
        SocketChannel client = server.accept();
        open.add(client);
        Thread.ofVirtual().name("proxied").start(() -> serve(client));
      }
    } catch (IOException _) {
      // Closed by the test.
      return;
    }
  }

  private void serve(SocketChannel client) {
    try {
      switch (behaviour) {
        case Behaviour.Forward() -> forward(client, ByteBuffer.allocate(0));
        case Behaviour.Hang() -> {
          // Until the test cuts it.
        }
        case Behaviour.Refuse() -> client.close();
        case Behaviour.Answer(var to, var status, var body) -> {
          ByteBuffer request = ByteBuffer.allocate(16 * 1024);
          client.read(request);
          request.flip();
          String head = StandardCharsets.US_ASCII.decode(request.duplicate()).toString();
          if (head.lines().findFirst().orElse("").contains(to)) {
            answer(client, status, body);
          } else {
            forward(client, request);
          }
        }
      }
    } catch (IOException _) {
      close(client);
    }
  }

  private static void answer(SocketChannel client, int status, String body) throws IOException {
    String answer =
        "HTTP/1.1 "
            + status
            + " So\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body;
    client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    client.close();
  }

  private void forward(SocketChannel client, ByteBuffer begin) throws IOException {
    SocketChannel upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine));
    open.add(upstream);
    while (begin.hasRemaining()) {
      upstream.write(begin);
    }
    Thread.ofVirtual().name("proxied-back").start(() -> copy(upstream, client));
    copy(client, upstream);
  }

  private void copy(SocketChannel from, SocketChannel to) {
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
      close(to);
      close(from);
    }
    open.remove(from);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    become(new Behaviour.Refuse());
    Files.deleteIfExists(socket);
  }
}
