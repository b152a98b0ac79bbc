package ofelia.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The other side on a real Unix socket, doing as badly as a test wants.
final class UnixPeer implements AutoCloseable {

  private final ServerSocketChannel listener;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Path path;

  interface Conduct {
    void on(Peer peer) throws IOException, InterruptedException;
  }

  record Peer(SocketChannel channel) {
    void say(String text) throws IOException {
      Channels.newOutputStream(channel).write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Reads until the other side closes.
    void listen() throws IOException {
      Channels.newInputStream(channel).readAllBytes();
    }
  }

  UnixPeer(Path path, Conduct conduct) throws IOException {
    this.path = path;
    this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(path));
    Thread.ofVirtual().start(() -> accept(conduct));
  }

  private void accept(Conduct conduct) {
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        open.add(channel);
        Thread.ofVirtual().start(() -> converse(channel, conduct));
      }
    } catch (IOException _) {
      // Closed by the test.
    }
  }

  private static void converse(SocketChannel channel, Conduct conduct) {
    try (channel) {
      conduct.on(new Peer(channel));
    } catch (InterruptedException | IOException _) {
      // The client left, as most of these tests make it do.
    }
  }

  HttpClient client() {
    return new HttpClient(new Endpoint.Unix(path), "docker", Limits.CLIENT);
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (SocketChannel channel : open) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
