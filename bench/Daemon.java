import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A scheduler that was started. One thread reads its log and notes when what was said.
final class Daemon implements AutoCloseable {

  private static final int TAIL = 20;

  private final Contender contender;
  private final Process process;
  private final long startedNanos;
  private final Thread reader;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile long readyNanos;
  private final List<String> tail = new ArrayList<>();

  /// When each run ended, by this process's clock in milliseconds since 1970; and what was said.
  private final List<Finished> finished = new ArrayList<>();

  record Finished(double atMillis, String line) {}

  /// Resident and, of it, anonymous memory, in kilobytes.
  record Memory(long residentKb, long anonymousKb) {}

  private Daemon(Contender contender, Path directory, Map<String, String> environment)
      throws IOException {
    this.contender = contender;
    ProcessBuilder builder =
        new ProcessBuilder(contender.command(directory))
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().put("TZ", "UTC");
    builder.environment().putAll(environment);
    this.startedNanos = System.nanoTime();
    this.process = builder.start();
    process.getOutputStream().close();
    this.reader = Thread.ofPlatform().name("log of " + contender.name()).start(this::read);
  }

  static Daemon start(Contender contender, Path directory, Map<String, String> environment)
      throws IOException {
    return new Daemon(contender, directory, environment);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line);
      }
    } catch (IOException e) {
      // The process is gone.
    }
  }

  private void note(String line) {
    if (contender.readyText().filter(line::contains).isPresent()) {
      readyNanos = System.nanoTime();
      ready.countDown();
    }
    synchronized (this) {
      if (line.contains(contender.finishedText())) {
        finished.add(new Finished(Clock.millis(), line));
      } else if (tail.size() < 200) {
        tail.add(line);
      }
    }
  }

  /// Waits until it says that it is ready; at once for one that says nothing of the kind.
  ///
  /// @return milliseconds since its start, NaN where it does not say
  double awaitReady(Duration patience) throws InterruptedException, IOException {
    if (contender.readyText().isEmpty()) {
      return Double.NaN;
    }
    long until = System.nanoTime() + patience.toNanos();
    while (!ready.await(50, TimeUnit.MILLISECONDS)) {
      if (!process.isAlive() || System.nanoTime() > until) {
        throw new IOException(
            "%s %s before it was ready; it said:%n%s"
                .formatted(
                    contender.name(),
                    process.isAlive() ? "took too long" : "ended",
                    said()));
      }
    }
    return (readyNanos - startedNanos) / 1e6;
  }

  Memory memory() throws IOException {
    long resident = 0;
    long anonymous = 0;
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        resident = kilobytes(line);
      } else if (line.startsWith("RssAnon:")) {
        anonymous = kilobytes(line);
      }
    }
    return new Memory(resident, anonymous);
  }

  /// Threads of the operating system.
  int threads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      return (int) tasks.count();
    }
  }

  /// What its descriptors stand for: paths, and others such as `socket:[123]`.
  List<String> descriptors() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      for (Path one : all.toList()) {
        try {
          names.add(Files.readSymbolicLink(one).toString());
        } catch (NoSuchFileException e) {
          // Closed meanwhile.
        }
      }
    }
    return names;
  }

  /// How many runs did not succeed.
  synchronized long failedCount() {
    return finished.stream().filter(run -> run.line().contains("failed: true")).count();
  }

  private static long kilobytes(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", ""));
  }

  /// How much of a processor it has used since its start, in milliseconds; the clock ticks of
  /// `/proc` are 10 ms long. Says what a start costs also where others keep the machine busy.
  double cpuMillis() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10.0;
  }

  synchronized List<Finished> finished() {
    return List.copyOf(finished);
  }

  synchronized int finishedCount() {
    return finished.size();
  }

  synchronized String said() {
    return String.join("\n", tail.subList(Math.max(0, tail.size() - TAIL), tail.size()));
  }

  /// Waits for so many ended runs, but no longer than there was none for `patience`.
  void awaitFinished(int count, Duration patience) throws InterruptedException {
    int seen = -1;
    long lastChange = System.nanoTime();
    while (finishedCount() < count && process.isAlive()) {
      if (finishedCount() != seen) {
        seen = finishedCount();
        lastChange = System.nanoTime();
      } else if (System.nanoTime() - lastChange > patience.toNanos()) {
        return;
      }
      Thread.sleep(20);
    }
  }

  long pid() {
    return process.pid();
  }

  /// Ends it by SIGTERM, and by SIGKILL when it does not go.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      reader.join();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
