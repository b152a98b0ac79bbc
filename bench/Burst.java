import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Many jobs that fall due in one second: how late each began, how many ran, when all had ended.
final class Burst {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Bench bench;

  Burst(Bench bench) {
    this.bench = bench;
  }

  void run() throws IOException, InterruptedException {
    Report report = new Report("burst");
    report.compare("p50 ms", "supercronic", "ofelia-go");
    report.compare("p99 ms", "supercronic", "ofelia-go");
    report.compare("all ended ms", "supercronic", "ofelia-go");
    for (int repetition = 0; repetition < bench.options().repeat(); repetition++) {
      timer(report);
      for (String word : bench.options().work()) {
        Job.Work work = Job.Work.valueOf(word.toUpperCase(Locale.ROOT));
        for (int count : bench.options().jobs()) {
          for (Contender contender : bench.contenders()) {
            if (count > 0 && contender.can(work)) {
              measure(report, contender, work, count);
            }
          }
        }
      }
    }
    report.print(bench.options().json());
  }

  private void measure(Report report, Contender contender, Job.Work work, int count)
      throws IOException, InterruptedException {
    Duration lead = Duration.ofSeconds(count > 2_000 ? 14 : 7);
    while (!fellDue(report, contender, work, count, lead)) {
      lead = lead.multipliedBy(2);
      if (lead.compareTo(Duration.ofMinutes(2)) > 0) {
        throw new IOException(contender.name() + " is never ready in time");
      }
    }
  }

  /// @return false when it was ready too late for the instant to be fair
  private boolean fellDue(
      Report report, Contender contender, Job.Work work, int count, Duration lead)
      throws IOException, InterruptedException {
    Path directory = bench.directory("burst");
    ZonedDateTime due =
        ZonedDateTime.now(ZoneOffset.UTC).plus(lead).truncatedTo(ChronoUnit.SECONDS);
    String schedule =
        "%d %d %d * * *".formatted(due.getSecond(), due.getMinute(), due.getHour());
    contender.configure(directory, Job.many(count, work, _ -> schedule));
    double dueMillis = due.toInstant().toEpochMilli();
    String load = count + " " + work.word();
    try (Daemon daemon = Daemon.start(contender, directory, bench.environment())) {
      daemon.awaitReady(Duration.ofMinutes(1));
      if (dueMillis - Clock.millis() < 3_000) {
        return false;
      }
      Thread.sleep(Math.max(0, (long) (dueMillis - Clock.millis())));
      daemon.awaitFinished(count, PATIENCE);
      List<Daemon.Finished> finished = daemon.finished();
      report.add(contender.name(), load, "ran", ran(work, directory, finished));
      if (!finished.isEmpty()) {
        double last = finished.getLast().atMillis() - dueMillis;
        report.add(contender.name(), load, "all ended ms", last);
        report.add(contender.name(), load, "runs/s", finished.size() / last * 1e3);
      }
    }
    double[] lateness;
    if (contender.hasHistory()) {
      List<History.Entry> ran =
          History.of(contender, directory, bench.environment()).entries().stream()
              .filter(History.Entry::ran)
              .toList();
      report.add(contender.name(), load, "recorded", ran.size());
      lateness = ran.stream().mapToDouble(History.Entry::latenessMillis).toArray();
    } else {
      lateness = new double[0];
    }
    if (work == Job.Work.STAMP) {
      lateness = stamps(directory).mapToDouble(nanos -> nanos / 1e6 - dueMillis).toArray();
    }
    report.add(contender.name(), load, "p50 ms", Report.quantile(lateness, 0.5));
    report.add(contender.name(), load, "p99 ms", Report.quantile(lateness, 0.99));
    report.add(contender.name(), load, "max ms", Report.quantile(lateness, 1));
    return true;
  }

  private static double ran(Job.Work work, Path directory, List<Daemon.Finished> finished)
      throws IOException {
    return work == Job.Work.STAMP ? stamps(directory).count() : finished.size();
  }

  private static Stream<Long> stamps(Path directory) throws IOException {
    Path file = Contender.stamps(directory);
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(Long::valueOf)
        : Stream.empty();
  }

  /// How late one thread of this process wakes that waits for whole tenths of a second: what no
  /// scheduler on this machine can better.
  private static void timer(Report report) {
    double[] lateness = new double[20];
    for (int i = 0; i < lateness.length; i++) {
      long due = Instant.now().toEpochMilli() / 100 * 100 + 100;
      while (Clock.millis() < due) {
        LockSupport.parkUntil(due);
      }
      lateness[i] = Clock.millis() - due;
    }
    report.add("a timer", "1", "p50 ms", Report.quantile(lateness, 0.5));
    report.add("a timer", "1", "p99 ms", Report.quantile(lateness, 0.99));
    report.add("a timer", "1", "max ms", Report.quantile(lateness, 1));
  }
}
