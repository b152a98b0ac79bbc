import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Memory, threads and connections while many runs go by, and what a full store costs at the next start.
///
/// Runs in containers come in bursts as large as the rate, one each so many seconds as the engine needs for it; what
/// they hold is read between two bursts.
final class Soak {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STEPS = 10;

  private final Bench bench;

  Soak(Bench bench) {
    this.bench = bench;
  }

  void run() throws IOException, InterruptedException {
    Report report = new Report("soak");
    Job.Work work = bench.options().soakWork();
    if (work == Job.Work.NOOP) {
      measureAll(report, work);
    } else if (bench.engine().isPresent()) {
      String started = bench.engine().get().startContainer();
      try {
        measureAll(report, work);
      } finally {
        bench.engine().get().removeContainer(started);
      }
    } else {
      Bench.say("soak: left out, DOCKER_HOST names no engine at a Unix socket");
    }
    report.print(bench.options().json());
  }

  private void measureAll(Report report, Job.Work work)
      throws IOException, InterruptedException {
    for (Contender contender : bench.contenders()) {
      if (contender.can(work)) {
        measure(report, contender, work);
      }
    }
  }

  private void measure(Report report, Contender contender, Job.Work work)
      throws IOException, InterruptedException {
    int runs = bench.options().soakRuns();
    int rate = bench.options().soakRate();
    int seconds = bench.options().soakSeconds();
    Path directory = bench.directory("soak");
    String schedule = "*/%d * * * * *".formatted(seconds);
    contender.configure(directory, Job.many(rate, work, _ -> schedule));
    String load = "%d %s each %d s".formatted(rate, work.word(), seconds);
    try (Daemon daemon = Daemon.start(contender, directory, bench.environment())) {
      daemon.awaitReady(PATIENCE);
      long started = System.nanoTime();
      for (int step = 1; step <= STEPS; step++) {
        // Whole bursts, so that nothing goes on when it is looked at.
        int wanted = (int) (runs * (long) step / STEPS) / rate * rate;
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
        report.add(contender.name(), at, "threads", daemon.threads());
        report.add(contender.name(), at, "descriptors", daemon.descriptors().size());
        report.add(
            contender.name(),
            at,
            "sockets",
            daemon.descriptors().stream().filter(name -> name.startsWith("socket:")).count());
        report.add(
            contender.name(), at, "store MB", size(Contender.store(directory)) / 1048576.0);
        report.add(contender.name(), at, "failed", daemon.failedCount());
        report.add(contender.name(), at, "runs/s", wanted / ((System.nanoTime() - started) / 1e9));
      }
    }
    String full = "store of %d runs".formatted(runs);
    report.add(contender.name(), full, "store MB", size(Contender.store(directory)) / 1048576.0);
    contender.configure(directory, Job.many(rate, work, _ -> "0 0 0 29 2 *"));
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
