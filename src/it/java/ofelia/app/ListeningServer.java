package ofelia.app;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A server on this machine that writes down each request that it hears before it answers, with
/// what the run told it of itself. Most answers come before the next run is due; some take seconds.
final class ListeningServer implements AutoCloseable {

  private final Path file;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param file a line for each request: job, due instant, run and attempt
  ListeningServer(Path file) throws IOException {
    this.file = file;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers told = exchange.getRequestHeaders();
      String due = told.getFirst("Ofelia-Due");
      note(
          "%s %s %s %s\n"
              .formatted(
                  told.getFirst("Ofelia-Job"),
                  due,
                  told.getFirst("Ofelia-Run-Id"),
                  told.getFirst("Ofelia-Attempt")));
      Thread.sleep(due.endsWith("0Z") || due.endsWith("5Z") ? 3_000 : 300);
      exchange.sendResponseHeaders(204, -1);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void note(String line) throws IOException {
    Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
