package ofelia.runner.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import ofelia.time.SystemTime;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// From the wish to run `/bin/true` until it has ended and both its outputs are read: by
/// `posix_spawn` from here, by the form behind the same door that stands on `ProcessBuilder`, by
/// the JDK's own `ProcessBuilder`, and by a C program (`src/jmh/c/start.c`, which needs a `gcc`).
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Fork(
    value = 1,
    jvmArgs = {
      "-XX:+UseSerialGC",
      "-XX:+UseCompactObjectHeaders",
      "--enable-native-access=ALL-UNNAMED"
    })
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StartProcess {

  private static final int BATCH = 50;
  private static final Command TRUE =
      new Command(List.of("/bin/true"), Map.of("PATH", "/usr/bin:/bin"), Optional.empty());

  /// What is started by our door.
  @State(Scope.Benchmark)
  public static class Spawned {
    private final Processes processes = SpawnedProcesses.open(new SystemTime());

    @TearDown
    public void close() {
      processes.close();
    }
  }

  /// What is started by its other form.
  @State(Scope.Benchmark)
  public static class Portable {
    private final Processes processes = new PortableProcesses(new SystemTime(), "measured");

    @TearDown
    public void close() {
      processes.close();
    }
  }

  /// The C program, compiled and waiting.
  @State(Scope.Benchmark)
  public static class C {
    private Optional<Coprocess> running = Optional.empty();

    @Setup
    public void open() throws IOException, InterruptedException {
      running = Optional.of(Coprocess.open());
    }

    @TearDown
    public void close() throws IOException, InterruptedException {
      running.orElseThrow().close();
    }
  }

  private record Coprocess(Path program, Process process, Writer orders, BufferedReader answers) {

    static Coprocess open() throws IOException, InterruptedException {
      Path program = Files.createTempFile("start", "");
      Process compiler =
          new ProcessBuilder("gcc", "-O2", "-o", program.toString(), "src/jmh/c/start.c")
              .inheritIO()
              .start();
      if (compiler.waitFor() != 0) {
        throw new IOException("gcc did not compile src/jmh/c/start.c");
      }
      Process process = new ProcessBuilder(program.toString()).start();
      return new Coprocess(program, process, process.outputWriter(), process.inputReader());
    }

    String run(int count) throws IOException {
      orders.write(count + "\n");
      orders.flush();
      return answers.readLine();
    }

    void close() throws IOException, InterruptedException {
      orders.close();
      process.waitFor();
      Files.delete(program);
    }
  }

  @Benchmark
  public Exit posixSpawn(Spawned spawned) throws Exception {
    return run(spawned.processes);
  }

  @Benchmark
  public Exit portable(Portable portable) throws Exception {
    return run(portable.processes);
  }

  @Benchmark
  public long processBuilder() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(TRUE.words())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().clear();
    builder.environment().putAll(TRUE.environment());
    Process process = builder.start();
    long bytes = process.getInputStream().readAllBytes().length;
    bytes += process.getErrorStream().readAllBytes().length;
    return bytes + process.waitFor();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public String c(C c) throws IOException {
    return c.running.orElseThrow().run(BATCH);
  }

  private static Exit run(Processes processes) throws Exception {
    try (LocalProcess process = processes.start(TRUE)) {
      return process.await((_, _, _, _) -> {});
    }
  }
}
