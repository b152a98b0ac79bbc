package ofelia.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import ofelia.config.HttpKeys;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Requests to a server on this machine, held to the contract.
class HttpRunnerContractIT extends RunnerContract {

  private final Runner runner = newRunner();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    server.stop(0);
    threads.close();
  }

  private static Runner newRunner() {
    return new HttpRunner(new SystemTime(), new SystemCrew());
  }

  @Override
  Runner runner() {
    return runner;
  }

  @Override
  Runner anotherRunner() {
    return newRunner();
  }

  // ---- the other side ------------------------------------------------------------------------

  /// `/status/N` answers so, `/print/N` with so many `x`, `/lasting` within some seconds,
  /// `/endless` until nobody reads it any more, and `/stubborn` until the test is over.
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      heard.add(exchange.getRequestHeaders().getFirst("Ofelia-Run-Id"));
      String[] path = exchange.getRequestURI().getPath().substring(1).split("/", 2);
      exchange.sendResponseHeaders(path[0].equals("status") ? Integer.parseInt(path[1]) : 200, 0);
      OutputStream body = exchange.getResponseBody();
      if (path[0].equals("print")) {
        print(body, Integer.parseInt(path[1]));
        return;
      }
      say(body, "on\n");
      switch (path[0]) {
        case "lasting" -> {
          Thread.sleep(4_000);
          say(body, "off\n");
        }
        case "endless" -> {
          while (over.getCount() > 0) {
            Thread.sleep(50);
            say(body, ".");
          }
        }
        case "stubborn" -> over.await();
        default -> {
          // That was all.
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(OutputStream body, String text) throws IOException {
    body.write(text.getBytes(UTF_8));
    body.flush();
  }

  private static void print(OutputStream body, int bytes) throws IOException {
    byte[] piece = new byte[10_000];
    Arrays.fill(piece, (byte) 'x');
    for (int left = bytes; left > 0; left -= piece.length) {
      body.write(piece, 0, Math.min(left, piece.length));
    }
  }

  @Override
  void vanish(RunRequest request) {
    server.stop(0);
  }

  @Override
  void renew() {
    // Each test has a server of its own.
  }

  @Override
  void awaitBegun(Work work, RecordingAttempt attempt) throws Exception {
    attempt.awaitOutput();
  }

  /// This side has closed the connection, whatever the server makes of that.
  @Override
  void assertNoneGoesOn(Work work) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    while (!connections().isEmpty() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(connections()).as("connections to the server").isEmpty();
  }

  /// Those that are open on this side, as proc_net_tcp(5) shows them: the address of the other side
  /// is in the third column, and state 01 in the fourth is that of an open one.
  private List<String> connections() throws IOException {
    String port = String.format(Locale.ROOT, ":%04X", server.getAddress().getPort());
    List<String> lines = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      if (Files.exists(Path.of(table))) {
        lines.addAll(Files.readAllLines(Path.of(table)));
      }
    }
    return lines.stream()
        .filter(line -> {
          String[] columns = line.strip().split("\\s+", 5);
          return columns[2].endsWith(port) && columns[3].equals("01");
        })
        .toList();
  }

  // ---- in the terms of this kind -------------------------------------------------------------

  static IntStream codes() {
    return IntStream.of(302, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504);
  }

  private Work work(String path, String output, Outcome end) throws Exception {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
    Settings settings =
        new Settings.Builder()
            .put(HttpKeys.URL, url)
            .put(HttpKeys.TIMEOUT, Duration.ofMinutes(2))
            .build();
    RunRequest request = TestEngine.request(JobKind.HTTP, settings);
    String run = request.run().toString();
    return new Work(
        request, output, end, () -> Math.toIntExact(heard.stream().filter(run::equals).count()));
  }

  @Override
  Work succeeding() throws Exception {
    return work("/status/200", "on\n", new Outcome.Succeeded());
  }

  @Override
  Work failing(int code) throws Exception {
    return work("/status/" + code, "on\n", new Outcome.Failed(code, "status " + code));
  }

  @Override
  Work lasting() throws Exception {
    return work("/lasting", "on\noff\n", new Outcome.Succeeded());
  }

  @Override
  Work endless() throws Exception {
    return work("/endless", "on\n", STOPPED);
  }

  @Override
  Work stubborn() throws Exception {
    return work("/stubborn", "on\n", STOPPED);
  }

  @Override
  Optional<Work> printing(int bytes) throws Exception {
    return Optional.of(work("/print/" + bytes, "", new Outcome.Succeeded()));
  }
}
