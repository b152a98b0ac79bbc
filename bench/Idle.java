import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Time to ready, first and second start, and memory of a scheduler that has nothing to do.
final class Idle {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Bench bench;

  /// A contender that is left alone until its memory is read.
  private record Left(Contender contender, String load, Path directory, Daemon daemon) {}

  Idle(Bench bench) {
    this.bench = bench;
  }

  void run() throws IOException, InterruptedException {
    Report report = new Report("idle");
    report.compare("ready ms", "ofelia-go");
    report.compare("resident MB", "supercronic", "ofelia-go");
    for (int repetition = 0; repetition < bench.options().repeat(); repetition++) {
      measure(report);
    }
    report.print(bench.options().json());
  }

  private void measure(Report report) throws IOException, InterruptedException {
    report.add("java -version", "0 jobs", "ready ms", bareJava());
    List<Left> all = new ArrayList<>();
    try {
      for (int jobs : bench.options().jobs()) {
        for (Contender contender : bench.contenders()) {
          Left left = start(contender, jobs);
          all.add(left);
          report.add(contender.name(), left.load, "ready ms", left.daemon.awaitReady(PATIENCE));
          report.add(contender.name(), left.load, "CPU ms", left.daemon.cpuMillis());
        }
      }
      // All of them at once: idle schedulers do not disturb each other.
      TimeUnit.SECONDS.sleep(bench.options().idleSeconds());
      for (Left left : all) {
        Daemon.Memory memory = left.daemon.memory();
        report.add(left.contender.name(), left.load, "resident MB", memory.residentKb() / 1024.0);
        report.add(left.contender.name(), left.load, "anonymous MB", memory.anonymousKb() / 1024.0);
      }
    } finally {
      all.forEach(left -> left.daemon.close());
    }
    for (Left left : all) {
      if (left.contender.readyText().isPresent()) {
        try (Daemon again =
            Daemon.start(left.contender, left.directory, bench.environment())) {
          report.add(
              left.contender.name(), left.load, "ready again ms", again.awaitReady(PATIENCE));
          report.add(left.contender.name(), left.load, "CPU again ms", again.cpuMillis());
        }
      }
    }
  }

  private Left start(Contender contender, int count) throws IOException {
    Path directory = bench.directory("idle");
    // A day of the month that is far off, so that nothing falls due.
    int day = (LocalDate.now(ZoneOffset.UTC).getDayOfMonth() + 13) % 28 + 1;
    List<Job> jobs =
        Job.many(
            count,
            Job.Work.TRUE,
            i -> "%d %d %d %d * *".formatted(i / 1440 % 60, i % 60, i / 60 % 24, day));
    contender.configure(directory, jobs);
    Daemon daemon = Daemon.start(contender, directory, bench.environment());
    return new Left(contender, count + " jobs", directory, daemon);
  }

  /// What the JVM takes to start and end without doing anything.
  private static double bareJava() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    long started = System.nanoTime();
    Process process =
        new ProcessBuilder(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.waitFor();
    return (System.nanoTime() - started) / 1e6;
  }
}
