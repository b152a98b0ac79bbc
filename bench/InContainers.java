import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `true` in a running container, or in fresh ones, by schedulers and by the bare calls of the engine's API: one
/// after the other, and many together.
final class InContainers {

  private static final String BARE = "bare API calls";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern TOOK =
      Pattern.compile("Finished in \\\\?\"(?:([0-9]+)m)?([0-9.]+)(s|ms|µs)\\\\?\"");

  private final Bench bench;
  private final Engine engine;
  private final Job.Work work;

  InContainers(Bench bench, Engine engine, Job.Work work) {
    this.bench = bench;
    this.engine = engine;
    this.work = work;
  }

  void run() throws IOException, InterruptedException {
    Report report = new Report(work.word());
    report.compare("p50 ms", BARE);
    report.compare("all ended ms", BARE);
    String image = System.getenv().getOrDefault("BENCH_IMAGE", "ofelia-test/busybox:1");
    String name = "ofelia-bench-" + ProcessHandle.current().pid();
    String started = engine.startContainer(name, image);
    boolean isExec = work == Job.Work.EXEC;
    String container = isExec ? started : image;
    String target = isExec ? name : image;
    try {
      bare(container);
      for (int repetition = 0; repetition < bench.options().repeat(); repetition++) {
        int count = bench.options().execs();
        inTurn(report, count, container);
        together(report, count, container);
        for (Contender contender : bench.contenders()) {
          if (contender.can(work)) {
            inTurn(report, contender, count, target);
            together(report, contender, count, target);
          }
        }
      }
    } finally {
      engine.removeContainer(started);
    }
    report.print(bench.options().json());
  }

  private void bare(String container) throws IOException {
    if (work == Job.Work.EXEC) {
      engine.exec(container);
    } else {
      engine.run(container);
    }
  }

  /// One each second, as a scheduler would.
  private void inTurn(Report report, int count, String container)
      throws IOException, InterruptedException {
    double[] took = new double[count];
    for (int i = 0; i < count; i++) {
      Thread.sleep(1000 - System.currentTimeMillis() % 1000);
      long started = System.nanoTime();
      bare(container);
      took[i] = (System.nanoTime() - started) / 1e6;
    }
    add(report, BARE, count, took);
  }

  private void inTurn(Report report, Contender contender, int count, String container)
      throws IOException, InterruptedException {
    Path directory = bench.directory(work.word());
    contender.configure(
        directory, List.of(new Job(work.word(), work, Job.EACH_SECOND)), container);
    try (Daemon daemon = Daemon.start(contender, directory, bench.environment())) {
      daemon.awaitReady(PATIENCE);
      daemon.awaitFinished(count + 1, PATIENCE);
      List<Double> took = new ArrayList<>();
      for (Daemon.Finished run : daemon.finished()) {
        if (!run.line().contains("error: none")) {
          throw new IOException(contender.name() + ": " + run.line());
        }
        took.add(tookMillis(run.line()));
      }
      // The first one is the warm-up, as it was for the bare calls.
      add(
          report,
          contender.name(),
          count,
          took.stream().skip(1).mapToDouble(Double::doubleValue).toArray());
    }
  }

  private static void add(Report report, String contender, int count, double[] took) {
    String load = count + ", one a second";
    report.add(contender, load, "p50 ms", Report.quantile(took, 0.5));
    report.add(contender, load, "max ms", Report.quantile(took, 1));
  }

  private void together(Report report, int count, String container) throws InterruptedException {
    CountDownLatch begin = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    List<IOException> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  begin.await();
                  bare(container);
                } catch (IOException e) {
                  failures.add(e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    long started = System.nanoTime();
    begin.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    String load = count + " together";
    report.add(BARE, load, "ran", count - failures.size());
    report.add(BARE, load, "all ended ms", (System.nanoTime() - started) / 1e6);
  }

  private void together(Report report, Contender contender, int count, String container)
      throws IOException, InterruptedException {
    Path directory = bench.directory(work.word() + "s");
    ZonedDateTime due =
        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(7).truncatedTo(ChronoUnit.SECONDS);
    String schedule = "%d %d %d * * *".formatted(due.getSecond(), due.getMinute(), due.getHour());
    contender.configure(directory, Job.many(count, work, _ -> schedule), container);
    try (Daemon daemon = Daemon.start(contender, directory, bench.environment())) {
      daemon.awaitReady(PATIENCE);
      daemon.awaitFinished(count, PATIENCE);
      List<Daemon.Finished> finished = daemon.finished();
      String load = count + " together";
      report.add(
          contender.name(),
          load,
          "ran",
          finished.stream().filter(run -> run.line().contains("error: none")).count());
      if (!finished.isEmpty()) {
        double last = finished.getLast().atMillis() - due.toInstant().toEpochMilli();
        report.add(contender.name(), load, "all ended ms", last);
      }
    }
  }

  /// Both programs say it in Go's form of a duration.
  private static double tookMillis(String line) throws IOException {
    Matcher took = TOOK.matcher(line);
    if (!took.find()) {
      throw new IOException("no duration in: " + line);
    }
    double unit = switch (took.group(3)) {
      case "s" -> 1e3;
      case "ms" -> 1;
      default -> 1e-3;
    };
    double minutes = took.group(1) == null ? 0 : Double.parseDouble(took.group(1));
    return minutes * 60e3 + Double.parseDouble(took.group(2)) * unit;
  }
}
