import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Memory while many runs go by, and what a full store costs at the next start.
final class Soak {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int[] PERCENT = {10, 25, 50, 75, 100};

  private final Bench bench;

  Soak(Bench bench) {
    this.bench = bench;
  }

  void run() throws IOException, InterruptedException {
    Report report = new Report("soak");
    for (Contender contender : bench.contenders()) {
      if (contender.can(Job.Work.NOOP)) {
        measure(report, contender);
      }
    }
    report.print(bench.options().json());
  }

  private void measure(Report report, Contender contender)
      throws IOException, InterruptedException {
    int runs = bench.options().soakRuns();
    Path directory = bench.directory("soak");
    contender.configure(
        directory,
        Job.many(bench.options().soakRate(), Job.Work.NOOP, _ -> Job.EACH_SECOND),
        "none");
    String load = bench.options().soakRate() + " noop/s";
    try (Daemon daemon = Daemon.start(contender, directory, bench.environment())) {
      daemon.awaitReady(PATIENCE);
      long started = System.nanoTime();
      for (int percent : PERCENT) {
        int wanted = (int) (runs * (long) percent / 100);
        daemon.awaitFinished(wanted, PATIENCE);
        if (daemon.finishedCount() < wanted) {
          throw new IOException(
              "%s ended %d runs and then no more; it said:%n%s"
                  .formatted(contender.name(), daemon.finishedCount(), daemon.said()));
        }
        Daemon.Memory memory = daemon.memory();
        String at = "%s, %d runs".formatted(load, wanted);
        report.add(contender.name(), at, "resident MB", memory.residentKb() / 1024.0);
        report.add(contender.name(), at, "anonymous MB", memory.anonymousKb() / 1024.0);
        report.add(contender.name(), at, "runs/s", wanted / ((System.nanoTime() - started) / 1e9));
      }
    }
    String full = "store of %d runs".formatted(runs);
    report.add(contender.name(), full, "store MB", size(Contender.store(directory)) / 1048576.0);
    contender.configure(
        directory,
        Job.many(bench.options().soakRate(), Job.Work.NOOP, _ -> "0 0 0 29 2 *"),
        "none");
    try (Daemon daemon = Daemon.start(contender, directory, bench.environment())) {
      report.add(contender.name(), full, "ready ms", daemon.awaitReady(PATIENCE));
      TimeUnit.SECONDS.sleep(bench.options().idleSeconds());
      Daemon.Memory memory = daemon.memory();
      report.add(contender.name(), full, "resident MB", memory.residentKb() / 1024.0);
      report.add(contender.name(), full, "anonymous MB", memory.anonymousKb() / 1024.0);
    }
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(Path::toFile).filter(java.io.File::isFile).mapToLong(java.io.File::length).sum();
    }
  }
}
