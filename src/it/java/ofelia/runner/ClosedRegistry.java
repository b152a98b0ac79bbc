package ofelia.runner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// A registry on this machine that lets nobody in, whatever the password.
///
/// Engines try TLS first, and speak plainly to a registry of their own machine where that fails. So
/// it hangs up on whatever is not HTTP: a server that waits for the rest of a line costs ten
/// seconds.
final class ClosedRegistry implements AutoCloseable {

  private static final String REFUSAL =
      """
      HTTP/1.1 401 Unauthorized
      WWW-Authenticate: Basic realm="closed"
      Docker-Distribution-Api-Version: registry/2.0
      Content-Length: 0
      Connection: close

      """
          .replace("\n", "\r\n");

  private static final String LOGIN = "authorization: basic ";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ServerSocket server;
  private final String address;

  ClosedRegistry() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    address = "127.0.0.1:" + server.getLocalPort();
    Thread.ofVirtual().name("registry").start(this::accept);
  }

  private void accept() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.setSoTimeout(5_000);
        refuse(client);
      } catch (IOException _) {
        // Closed by the test, or left by a client, who may come again.
      }
    }
  }

  private void refuse(Socket client) throws IOException {
    BufferedReader request =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
    request.mark(1);
    if (!Character.isUpperCase(request.read())) {
      return;
    }
    request.reset();
    for (String line = request.readLine(); line != null; line = request.readLine()) {
      if (line.toLowerCase(Locale.ROOT).startsWith(LOGIN)) {
        byte[] login = Base64.getDecoder().decode(line.substring(LOGIN.length()).strip());
        asked.add(new String(login, StandardCharsets.UTF_8));
      }
      if (line.isEmpty()) {
        client.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.ISO_8859_1));
        return;
      }
    }
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
  public void close() throws IOException {
    server.close();
  }
}
