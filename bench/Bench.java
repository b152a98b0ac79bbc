import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Measures schedulers as whole processes; started by `bench/run`, which says how to use it.
///
/// Each part starts the contenders one after the other on a configuration that says the same to
/// each, looks at them from outside (their log, `/proc`, what their jobs wrote), and stops them.
final class Bench {

  private final Options options;
  private final List<Contender> contenders;
  private final Path work;
  private final Optional<Engine> engine;
  private int directories;

  private Bench(
      Options options, List<Contender> contenders, Path work, Optional<Engine> engine) {
    this.options = options;
    this.contenders = contenders;
    this.work = work;
    this.engine = engine;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Locale.setDefault(Locale.ROOT);
    Options options;
    try {
      options = Options.parse(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
      return;
    }
    Path work = Files.createTempDirectory("ofelia-bench");
    Optional<Engine> engine = Engine.of(System.getenv("DOCKER_HOST"));
    try {
      Bench bench = new Bench(options, contenders(options, engine.isPresent()), work, engine);
      bench.run();
    } finally {
      if (options.keep()) {
        System.err.println("kept: " + work);
      } else {
        delete(work);
      }
    }
  }

  private void run() throws IOException, InterruptedException {
    for (String part : options.parts()) {
      say("%s … (load %s)".formatted(part, load()));
      switch (part) {
        case "idle" -> new Idle(this).run();
        case "burst" -> new Burst(this).run();
        case "exec", "run" -> {
          if (engine.isPresent()) {
            Job.Work work = part.equals("exec") ? Job.Work.EXEC : Job.Work.RUN;
            new InContainers(this, engine.get(), work).run();
          } else {
            say(part + ": left out, DOCKER_HOST names no engine at a Unix socket");
          }
        }
        case "soak" -> new Soak(this).run();
        default -> throw new IllegalStateException(part);
      }
    }
    say("done (load %s)".formatted(load()));
  }

  private static List<Contender> contenders(Options options, boolean hasEngine) {
    List<Contender> found = new ArrayList<>();
    Path ofelia = Path.of(System.getProperty("bench.root"), "ofelia");
    found.add(new Contender("ofelia", ofelia, Contender.Form.OFELIA));
    add(found, "ofelia-native", "OFELIA_NATIVE", Contender.Form.OFELIA);
    add(found, "supercronic", "SUPERCRONIC", Contender.Form.SUPERCRONIC);
    add(found, "ofelia-go", "OFELIA_GO", Contender.Form.OFELIA_GO);
    found.removeIf(
        contender -> {
          if (contender.needsEngine() && !hasEngine) {
            say(contender.name() + ": absent, it needs an engine (DOCKER_HOST)");
            return true;
          }
          return !options.only().isEmpty() && !options.only().contains(contender.name());
        });
    return found;
  }

  private static void add(
      List<Contender> found, String name, String variable, Contender.Form form) {
    String path = System.getenv(variable);
    if (path == null || path.isEmpty()) {
      say(name + ": absent, " + variable + " is not set");
    } else if (!Files.isExecutable(Path.of(path))) {
      say("%s: absent, %s is not executable: %s".formatted(name, variable, path));
    } else {
      found.add(new Contender(name, Path.of(path).toAbsolutePath(), form));
    }
  }

  Options options() {
    return options;
  }

  Optional<Engine> engine() {
    return engine;
  }

  List<Contender> contenders() {
    return contenders;
  }

  /// What every scheduler's environment says, so that all see the same machine.
  Map<String, String> environment() {
    Path nobody = work.resolve("no-engine.sock");
    return Map.of(
        "DOCKER_HOST", "unix://" + engine.map(Engine::socket).orElse(nobody),
        "HOME", work.toString());
  }

  /// A fresh directory for one start.
  Path directory(String name) throws IOException {
    return Files.createDirectories(work.resolve(++directories + "-" + name));
  }

  /// To the person who waits; figures go to standard output.
  static void say(String text) {
    System.err.println("bench: " + text);
  }

  static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
