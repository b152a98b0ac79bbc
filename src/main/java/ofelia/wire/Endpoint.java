package ofelia.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The transports that are an address and need nothing else.
public sealed interface Endpoint extends Transport {

  /// A Unix domain socket.
  record Unix(Path path) implements Endpoint {

    @Override
    public Connection open(Deadline deadline) throws IOException {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      return connect(channel, UnixDomainSocketAddress.of(path), deadline, "connecting to " + this);
    }

    @Override
    public String toString() {
      return "unix://" + path;
    }
  }

  /// A TCP port without encryption.
  ///
  /// @param host a name or a literal IPv4 or IPv6 address, the latter without brackets
  record Tcp(String host, int port) implements Endpoint {

    @Override
    public Connection open(Deadline deadline) throws IOException {
      InetSocketAddress address = new InetSocketAddress(resolve(deadline), port);
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      // A wait for a container may be silent for days; this is how a peer that lost its power is
      // noticed.
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      return connect(channel, address, deadline, "connecting to " + this);
    }

    /// Name resolution can be neither limited nor interrupted, so it gets a thread of its own that
    /// is left behind when the deadline passes; it ends when the resolver gives up.
    private InetAddress resolve(Deadline deadline) throws IOException {
      FutureTask<InetAddress> lookup = new FutureTask<>(() -> InetAddress.getByName(host));
      Thread.ofVirtual().name("wire-resolve").start(lookup);
      try {
        return lookup.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        throw new DeadlineExceededException("resolving \"" + host + "\"", deadline.limit());
      } catch (ExecutionException _) {
        // An UnknownHostException: nothing else comes out of a lookup, and its own text is only the
        // name again.
        throw new UnknownHostException("host \"" + host + "\" is not known");
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new CutException("resolving \"" + host + "\" was interrupted");
      }
    }

    @Override
    public String toString() {
      return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  private static Connection connect(
      SocketChannel channel, SocketAddress address, Deadline deadline, String what)
      throws IOException {
    ChannelConnection connection = new ChannelConnection(channel);
    Watchdog.Guard guard = Watchdog.guard(connection);
    guard.arm(deadline.atNanos());
    try {
      channel.connect(address);
    } catch (IOException e) {
      connection.close();
      if (guard.hasExpired()) {
        throw new DeadlineExceededException(what, deadline.limit());
      }
      if (e instanceof ClosedByInterruptException) {
        throw new CutException(what + " was interrupted");
      }
      throw e;
    } finally {
      guard.disarm();
    }
    if (guard.hasExpired()) {
      throw new DeadlineExceededException(what, deadline.limit());
    }
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    return connection;
  }
}
