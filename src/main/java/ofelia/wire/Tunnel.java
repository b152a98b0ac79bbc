package ofelia.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// A way through an HTTP proxy to a port behind it, by `CONNECT` (RFC 9110, section 9.3.6).
///
/// @param proxy where it listens
/// @param user `USER:PASSWORD` for the proxy, a secret
/// @param host behind it
/// @param port of that host
public record Tunnel(Endpoint.Tcp proxy, Optional<String> user, String host, int port)
    implements Transport {

  /// The value of `Proxy-Authorization` (RFC 7617).
  public static String basic(String user) {
    return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Connection open(Deadline deadline) throws IOException {
    Connection connection = proxy.open(deadline);
    Watchdog.Guard guard = Watchdog.guard(connection);
    guard.arm(deadline.atNanos());
    boolean isThrough = false;
    try {
      connect(connection);
      isThrough = true;
      return connection;
    } catch (IOException e) {
      if (guard.hasExpired()) {
        throw new DeadlineExceededException("asking " + this, deadline.limit());
      }
      throw e;
    } finally {
      guard.disarm();
      if (!isThrough) {
        connection.close();
      }
    }
  }

  private void connect(Connection connection) throws IOException {
    String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    Headers headers = Headers.of("Host", target);
    if (user.isPresent()) {
      headers = headers.with("Proxy-Authorization", basic(user.get()));
    }
    connection.out().write(Heads.write("CONNECT " + target + " HTTP/1.1", headers));
    // Its buffer takes nothing that belongs to the tunnel: there, this side speaks first.
    Heads head = new Heads(new WireInput(connection.in()), Limits.CLIENT);
    int status = head.readStatusLine().status();
    var _ = head.readHeaders();
    if (status / 100 != 2) {
      throw new IOException(
          status == 407
              ? "the proxy wants a user and password, or does not take those given (status 407)"
              : "the proxy refuses to connect to " + target + " (status " + status + ")");
    }
  }

  @Override
  public String toString() {
    return "tcp://" + host + ":" + port + " through the proxy " + proxy;
  }
}
