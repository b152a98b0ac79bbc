package ofelia.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ofelia.wire.Endpoint;
import ofelia.wire.Headers;
import ofelia.wire.HttpServer;
import ofelia.wire.Limits;
import ofelia.wire.Received;
import ofelia.wire.Reply;

/// An engine that answers pings and event subscriptions on a real socket, and can be told to hang
/// or to go.
final class FakeEngine implements AutoCloseable {

  /// What a subscription says next: a line, or empty to end.
  final BlockingQueue<Optional<String>> script = new LinkedBlockingQueue<>();

  /// The `since` of each subscription.
  final List<String> subscriptions = new CopyOnWriteArrayList<>();

  private final Path socket;
  private volatile HttpServer server;
  private volatile boolean hanging;
  private volatile String date = "Mon, 23 Nov 2026 13:46:18 GMT";

  FakeEngine(Path socket) throws IOException {
    this.socket = socket;
    this.server = listen();
  }

  private HttpServer listen() throws IOException {
    HttpServer.Bounds bounds =
        new HttpServer.Bounds(
            8,
            Limits.SERVER,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(50));
    return HttpServer.start(
        socket,
        bounds,
        this::answer,
        (request, e) -> {
          throw new AssertionError(request, e);
        });
  }

  DockerClient client() {
    return DockerClient.of(new DockerHost(new Endpoint.Unix(socket), "docker"), Optional.empty());
  }

  private Reply answer(Received request) {
    while (hanging) {
      pause();
    }
    if (request.path().endsWith("/_ping")) {
      Reply ok = Reply.text(200, "OK");
      Headers headers = ok.headers().with("Api-Version", "1.41").with("Date", date);
      return new Reply(200, headers, ok.body());
    }
    if (request.path().endsWith("/events")) {
      subscriptions.add(request.query().getOrDefault("since", ""));
      return Reply.streaming("application/json", this::tell);
    }
    return Reply.text(404, "{\"message\":\"no such page\"}");
  }

  private void tell(OutputStream out) throws IOException {
    while (true) {
      try {
        Optional<String> line = script.poll(10, TimeUnit.SECONDS);
        if (line == null || line.isEmpty()) {
          return;
        }
        out.write((line.get() + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  void say(String line) {
    script.add(Optional.of(line));
  }

  void endSubscription() {
    script.add(Optional.empty());
  }

  void hang(boolean on) {
    hanging = on;
  }

  void setDate(String rfc1123) {
    date = rfc1123;
  }

  void goAway() throws IOException {
    server.close();
  }

  void comeBack() throws IOException {
    server = listen();
  }

  @Override
  public void close() throws IOException {
    hanging = false;
    endSubscription();
    server.close();
  }
}
