package ofelia.runner;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A registry on this machine that lets nobody in, whatever the password.
final class ClosedRegistry implements AutoCloseable {

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final String address;

  ClosedRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String basic = exchange.getRequestHeaders().getFirst("Authorization");
          if (basic != null) {
            asked.add(
                new String(
                    Base64.getDecoder().decode(basic.replaceFirst("^Basic ", "")),
                    StandardCharsets.UTF_8));
          }
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"closed\"");
          exchange.getResponseHeaders().add("Docker-Distribution-Api-Version", "registry/2.0");
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.start();
    address = "127.0.0.1:" + server.getAddress().getPort();
  }

  /// Who asked, as `user:password`.
  List<String> asked() {
    return List.copyOf(asked);
  }

  /// The name of an image that it may or may not have.
  String image() {
    return address + "/private/busybox:1";
  }

  /// A `config.json` with a login to it.
  String login(String user, String password) {
    String pair = user + ":" + password;
    String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return "{\"auths\": {\"" + address + "\": {\"auth\": \"" + auth + "\"}}}";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
