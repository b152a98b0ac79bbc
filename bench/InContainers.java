import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `true` in a running container, or in fresh ones: by schedulers, and by the bare calls of the engine's API, which do
/// what any client must that wants the whole output and the exit code.
///
/// All take turns in one run: bare calls, a scheduler, bare calls again, another scheduler, and so on, each in a
/// slot of the clock of its own. So they meet the same machine, and the two turns of the bare calls, compared
/// with each other, tell how much of a difference is chance. Of each turn the time is taken from the instant at which
/// it is due: to the answer of the last call, or to the line in the log that a scheduler writes when the end of the run
/// is on record.
final class InContainers {

  private static final String BARE = "bare API calls";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MINUTE = 60;

  /// Turns that are not counted.
  private static final int WARM_UP = 2;

  /// Execs each second of the minute before.
  private static final int WARM_UP_EXECS = 5;

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final Pattern TOOK =
      Pattern.compile("Finished in \\\\?\"(?:([0-9]+)m)?([0-9.]+)(s|ms|µs)\\\\?\"");

  private final Bench bench;
  private final Engine engine;
  private final Job.Work work;
  private final Report report;

  /// Milliseconds from a due instant to an end, by turn.
  private record Turn(List<Double> ends) {
    double last() {
      return Collections.max(ends);
    }
  }

  /// A scheduler and its slot.
  ///
  /// @param offset seconds after the beginning of a cycle
  private record Seat(String name, int offset, Daemon daemon) {}

  InContainers(Bench bench, Engine engine, Job.Work work) {
    this.bench = bench;
    this.engine = engine;
    this.work = work;
    this.report = new Report(work.word());
    report.compare("p50 ms", BARE);
    report.compare("p95 ms", BARE);
    report.compare("all ended ms", BARE);
  }

  void run() throws IOException, InterruptedException {
    String started = engine.startContainer();
    boolean isExec = work == Job.Work.EXEC;
    try {
      for (int repetition = 0; repetition < bench.options().repeat(); repetition++) {
        takeTurns(1, isExec ? 1 : 2);
        takeTurns(bench.options().together(), isExec ? 2 : 5);
      }
    } finally {
      engine.removeContainer(started);
    }
    report.print(bench.options().json());
  }

  /// @param together how many runs are due at once
  /// @param slot seconds that each turn has
  private void takeTurns(int together, int slot)
      throws IOException, InterruptedException {
    List<Contender> contenders = contenders();
    int cycle = slot * 2 * contenders.size();
    while (MINUTE % cycle != 0) {
      cycle += slot;
    }
    List<Seat> seats = new ArrayList<>();
    long warmUntil = beginOfWarmUp() + (bench.options().isCold() ? 0 : MINUTE);
    try {
      for (Contender contender : contenders) {
        int offset = slot * (2 * seats.size() + 1);
        String schedule = "%d-59/%d * * * * *".formatted(offset, cycle);
        Path directory = directory(contender);
        List<Job> jobs = new ArrayList<>(Job.many(together, work, _ -> schedule));
        if (!bench.options().isCold()) {
          jobs.addAll(warmUpJobs(warmUntil - MINUTE));
        }
        contender.configure(directory, jobs);
        Daemon daemon = Daemon.start(contender, directory, bench.environment());
        seats.add(new Seat(contender.name(), offset, daemon));
        daemon.awaitReady(PATIENCE);
      }
      warmUp(warmUntil);
      takeTurns(together, slot, cycle, seats);
    } finally {
      seats.forEach(seat -> seat.daemon.close());
    }
    for (int i = 0; i < seats.size(); i++) {
      if (contenders.get(i).isStoreInMemory()) {
        Bench.delete(contenders.get(i).memory());
      }
    }
  }

  /// Epoch seconds of the next minute for which there is time to start.
  private static long beginOfWarmUp() {
    return (System.currentTimeMillis() / 1000 + 10) / MINUTE * MINUTE + MINUTE;
  }

  /// What a scheduler does during one minute, so that its code is as warm as that of one that has run for a day.
  private List<Job> warmUpJobs(long begin) {
    int minute = (int) (begin / MINUTE % MINUTE);
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < WARM_UP_EXECS; i++) {
      jobs.add(new Job("warm-up-" + i, Job.Work.EXEC, "* " + minute + " * * * *"));
    }
    if (work == Job.Work.RUN) {
      jobs.add(new Job("warm-up-run", work, "*/2 " + minute + " * * * *"));
    }
    return jobs;
  }

  private void warmUp(long until) throws IOException, InterruptedException {
    if (bench.options().isCold()) {
      return;
    }
    for (int i = 0; i < 50; i++) {
      bare();
    }
    sleepUntil(until * 1e3 + 2_000);
  }

  /// Each form of Ofelia once more with its store in memory: the difference is what its records cost.
  private List<Contender> contenders() {
    List<Contender> all = new ArrayList<>();
    for (Contender contender : bench.contenders()) {
      if (contender.can(work)) {
        all.add(contender);
        if (contender.hasHistory() && Files.isDirectory(MEMORY)) {
          all.add(
              contender.withStoreIn(
                  MEMORY.resolve("ofelia-bench-" + ProcessHandle.current().pid())));
        }
      }
    }
    return all;
  }

  private Path directory(Contender contender) throws IOException {
    return bench.directory(work.word() + "-" + contender.name().replaceAll("[^a-z-]+", "-"));
  }

  private void takeTurns(int together, int slot, int cycle, List<Seat> seats)
      throws IOException, InterruptedException {
    int bareTurns = Math.max(2, seats.size());
    List<List<Turn>> bare = new ArrayList<>();
    for (int i = 0; i < bareTurns; i++) {
      bare.add(new ArrayList<>());
    }
    long firstCycle = System.currentTimeMillis() / 1000 / cycle + 1;
    long cycles = WARM_UP + Math.max(2, bench.options().turnSeconds() / cycle);
    List<Double> cpuBefore = new ArrayList<>();
    for (long i = 0; i < cycles; i++) {
      if (i == WARM_UP) {
        for (Seat seat : seats) {
          cpuBefore.add(seat.daemon.cpuMillis());
        }
      }
      for (int turn = 0; turn < bareTurns; turn++) {
        double due = ((firstCycle + i) * cycle + 2L * slot * turn) * 1e3;
        Turn taken = bareTurn(together, due);
        if (i >= WARM_UP) {
          bare.get(turn).add(taken);
        }
      }
    }
    sleepUntil((firstCycle + cycles) * cycle * 1e3);
    String load =
        together == 1 ? "one at a time" : "%d together".formatted(together);
    List<Turn> ofAll = bare.stream().flatMap(List::stream).toList();
    addTimes(BARE, load, ofAll, together);
    for (int turn = 0; turn < bareTurns; turn++) {
      addTimes("the same, turn " + (turn + 1), load, bare.get(turn), together);
    }
    for (int i = 0; i < seats.size(); i++) {
      Seat seat = seats.get(i);
      double cpu = seat.daemon.cpuMillis() - cpuBefore.get(i);
      add(seat, load, together, cycle, firstCycle + WARM_UP, firstCycle + cycles, cpu);
    }
  }

  private void add(
      Seat seat, String load, int together, int cycle, long first, long end, double cpuMillis)
      throws IOException {
    List<Turn> turns = new ArrayList<>();
    List<Double> took = new ArrayList<>();
    for (long i = first; i < end; i++) {
      turns.add(new Turn(new ArrayList<>()));
    }
    for (Daemon.Finished run : seat.daemon.finished()) {
      if (!run.line().contains("error: none")) {
        throw new IOException(seat.name + ": " + run.line());
      }
      double since = run.atMillis() - seat.offset * 1e3;
      long number = (long) Math.floor(since / 1e3 / cycle);
      if (number >= first && number < end) {
        turns.get((int) (number - first)).ends.add(since - number * cycle * 1e3);
        took.add(tookMillis(run.line()));
      }
    }
    turns.removeIf(turn -> turn.ends.isEmpty());
    addTimes(seat.name, load, turns, together);
    report.add(seat.name, load, "by its own log p50", quantile(took, 0.5));
    report.add(seat.name, load, "CPU ms/run", cpuMillis / Math.max(1, took.size()));
  }

  private void addTimes(String name, String load, List<Turn> turns, int together) {
    List<Double> ends = turns.stream().flatMap(turn -> turn.ends.stream()).toList();
    report.add(name, load, "runs", ends.size());
    report.add(name, load, "p50 ms", quantile(ends, 0.5));
    report.add(name, load, "p95 ms", quantile(ends, 0.95));
    if (together > 1) {
      report.add(
          name, load, "all ended ms", quantile(turns.stream().map(Turn::last).toList(), 0.5));
    }
  }

  private static double quantile(List<Double> values, double part) {
    return Report.quantile(values.stream().mapToDouble(Double::doubleValue).toArray(), part);
  }

  private static void sleepUntil(double millis) throws InterruptedException {
    double left = millis - Clock.millis();
    if (left > 0) {
      Thread.sleep(Duration.ofNanos((long) (left * 1e6)));
    }
  }

  private Turn bareTurn(int together, double due)
      throws IOException, InterruptedException {
    List<Double> ends = Collections.synchronizedList(new ArrayList<>());
    List<IOException> failures = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch begin = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < together; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  begin.await();
                  bare();
                  ends.add(Clock.millis() - due);
                } catch (IOException e) {
                  failures.add(e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    sleepUntil(due);
    begin.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return new Turn(ends);
  }

  private void bare() throws IOException {
    if (work == Job.Work.EXEC) {
      engine.exec(Engine.CONTAINER);
    } else {
      engine.run();
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
