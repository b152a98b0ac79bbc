package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A daemon in a process of its own, seen as its operator sees it: by its log, its signals and its
/// exit code.
final class DaemonProcess {

  /// How long something may take that takes no time, however slow the machine.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Pattern MEMORY = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Thread reader;
  private boolean isSilent;

  DaemonProcess(ProcessBuilder builder) throws IOException {
    process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    reader = Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader log = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    isSilent = true;
    notifyAll();
  }

  long pid() {
    return process.pid();
  }

  /// How many lines it has logged: a place to wait from.
  synchronized int mark() {
    return lines.size();
  }

  synchronized String log() {
    return String.join("\n", lines);
  }

  /// Waits for a line that holds the pattern, from the first one on.
  Matcher awaitLog(String regex) throws InterruptedException {
    return awaitLog(0, regex, PATIENCE);
  }

  /// Waits for a line that holds the pattern.
  ///
  /// @param mark where to begin
  synchronized Matcher awaitLog(int mark, String regex, Duration limit)
      throws InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    long end = System.nanoTime() + limit.toNanos();
    for (int next = mark; ; ) {
      for (; next < lines.size(); next++) {
        Matcher matcher = pattern.matcher(lines.get(next));
        if (matcher.find()) {
          return matcher;
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0 || isSilent) {
        throw new AssertionError(
            (isSilent ? "the daemon ended" : "no such line within " + limit)
                + ", waiting for: "
                + regex
                + "\n"
                + log());
      }
      wait(left);
    }
  }

  /// Waits until the log says that a run has ended.
  void awaitEndOf(String run) throws InterruptedException {
    awaitEndOf(run, PATIENCE);
  }

  void awaitEndOf(String run, Duration limit) throws InterruptedException {
    awaitLog(0, run + "\\)\\] Finished", limit);
  }

  /// Ends it as a crash of the machine would, without a chance to say anything.
  void kill() throws InterruptedException {
    // By its handle: the other closes the stream of the log before all of it was read.
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    reader.join();
  }

  /// Asks it to end, with SIGTERM. Does not wait.
  void terminate() {
    process.toHandle().destroy();
  }

  /// Sends SIGHUP.
  void hangUp() throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /// Waits for its end.
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(log()).isTrue();
    reader.join();
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// The most memory that it ever had resident, in MiB.
  long peakMebibytes() throws IOException {
    Matcher matcher =
        MEMORY.matcher(Files.readString(Path.of("/proc", Long.toString(pid()), "status")));
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1)) / 1024;
  }
}
