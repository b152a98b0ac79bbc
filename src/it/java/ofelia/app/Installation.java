package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.Jsonb;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ofelia.web.ControlClient;

/// Ofelia as a user has it: the built jar, started in processes of its own, with a folder for its
/// store, its configuration and whatever its jobs write.
///
/// What it is given of the environment is the PATH and what [#with] adds, so that nothing of the
/// machine leaks in. Close it to end its daemons.
final class Installation {

  /// No engine listens there.
  static final String NO_ENGINE = "unix:///nonexistent/docker.sock";

  /// How long a command may take, however slow the machine.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// The heap of a small machine, so that whatever keeps too much fails.
  private static final List<String> JAVA =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx64m",
          "-Xss256k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xshare:auto",
          "-Dorg.sqlite.lib.path=" + Path.of("target/lib").toAbsolutePath(),
          "-jar",
          Path.of("target/ofelia.jar").toAbsolutePath().toString());

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final Deque<DaemonProcess> daemons = new ArrayDeque<>();

  /// What a command said.
  record Answer(int exit, String text, String errors) {

    /// The objects that it printed, one a line.
    List<Map<String, Object>> objects() {
      List<Map<String, Object>> objects = new ArrayList<>();
      text().lines().forEach(line -> objects.add(object(line)));
      return objects;
    }

    @SuppressWarnings("unchecked") // A JSON object is nothing else.
    private static Map<String, Object> object(String line) {
      return (Map<String, Object>) Jsonb.instance().type(Object.class).fromJson(line);
    }
  }

  Installation(Path folder) {
    assertThat(Path.of("target/ofelia.jar")).as("the program; ./mvnw package builds it").exists();
    this.folder = folder;
    environment.put("PATH", String.valueOf(System.getenv("PATH")));
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("HOME", folder.toString());
    environment.put("OFELIA_STORE", store().toString());
    environment.put("DOCKER_HOST", NO_ENGINE);
  }

  /// Sets a variable of everything that is started from now on.
  Installation with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Path store() {
    return folder.resolve("store");
  }

  Path socket() {
    return StorePlaces.socketIn(store());
  }

  /// A file that jobs may write.
  Path file(String name) {
    return folder.resolve(name);
  }

  Path config() {
    return folder.resolve("ofelia.ini");
  }

  /// Writes the configuration, at once: a half of it is never read.
  void configure(String ini) throws IOException {
    Path next = folder.resolve("ofelia.ini.new");
    Files.writeString(next, ini);
    Files.move(next, config(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Starts the daemon and waits until it is live.
  DaemonProcess start(String... flags) throws Exception {
    DaemonProcess daemon = launch(flags);
    daemon.awaitLog("Ofelia is now running");
    return daemon;
  }

  /// Starts the daemon; it may well fail to.
  DaemonProcess launch(String... flags) throws IOException {
    List<String> words = new ArrayList<>(List.of("daemon", "--config", config().toString()));
    words.addAll(Arrays.asList(flags));
    DaemonProcess daemon = new DaemonProcess(builder(words.toArray(new String[0])));
    daemons.push(daemon);
    return daemon;
  }

  /// Carries out a command, such as `history`.
  Answer command(String... words) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "command", ".out");
    Path err = Files.createTempFile(folder, "command", ".err");
    try {
      Process process = background(out, err, words);
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "ofelia " + String.join(" ", words) + " did not end: " + Files.readString(err));
      }
      return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /// Starts a command and leaves it to the caller.
  Process background(Path out, Path err, String... words) throws IOException {
    return builder(words)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
  }

  /// What became of each due instant, the earliest first.
  List<HistoryRow> history() throws Exception {
    Answer answer = command("history", "--all", "--json");
    assertThat(answer.exit()).as(answer.errors()).isZero();
    return answer.objects().stream().map(HistoryRow::of).toList().reversed();
  }

  List<HistoryRow> history(String job) throws Exception {
    return history().stream().filter(row -> row.job().equals(job)).toList();
  }

  /// What became of one run.
  HistoryRow row(String run) throws Exception {
    return history().stream()
        .filter(row -> row.run().equals(run))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no run " + run + " in the history"));
  }

  /// What a run wrote to its standard output.
  String output(String run) throws Exception {
    Answer answer = command("logs", run);
    assertThat(answer.exit()).as(answer.errors()).isZero();
    return answer.text();
  }

  /// Has the living daemon run a job, at less cost than the command `run`.
  ///
  /// @return the run's number
  String run(String job) throws Exception {
    return new ControlClient(socket()).runNow(job);
  }

  private ProcessBuilder builder(String... words) {
    List<String> line = new ArrayList<>(JAVA);
    line.addAll(Arrays.asList(words));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  /// Ends all daemons that it started.
  void close() throws InterruptedException {
    for (DaemonProcess daemon : daemons) {
      daemon.kill();
    }
  }
}
