package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import ofelia.app.log.Log;
import ofelia.app.log.LogLevel;
import ofelia.calendar.Calendar;
import ofelia.config.JobKeys;
import ofelia.config.SpecText;
import ofelia.cron.Schedule;
import ofelia.fake.MemoryLedger;
import ofelia.ledger.BookedJob;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Outcome;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.sim.SimWorld;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The engine in virtual time: one start after another over a ledger that outlives them, with work
/// that does as the test says.
class EngineStage {

  private static final Instant START = Instant.parse("2026-11-02T11:59:30Z");

  final SimWorld world = new SimWorld(1, START.toEpochMilli());
  final Faults faults = new Faults(world);
  MemoryLedger ledger = new MemoryLedger(world);
  Time time = world;
  Limits limits = Limits.DEFAULT;
  Map<String, Calendar> calendars = Map.of();
  boolean isBookReadable = true;

  /// What began, in that order.
  final List<Begin> begins = new ArrayList<>();

  // ---- what the work does --------------------------------------------------------------------

  private final Map<String, Work> works = new HashMap<>();
  boolean canStop = true;

  /// Called before an attempt's intent.
  Runnable preparing = () -> {};

  /// Why the runner does not begin an attempt, if it does not.
  IntFunction<Optional<DeclinedException>> declining = _ -> Optional.empty();

  /// Called when the work has begun, or was taken up.
  Consumer<RunSink> working = _ -> {};

  /// How long work takes to end once it was asked to.
  Duration ending = Duration.ZERO;

  /// How long a run goes on with something else when its work has ended.
  Duration aside = Duration.ZERO;

  /// What the runner was told to find it by.
  final List<Trace> traces = new ArrayList<>();

  /// What it heard of before.
  final List<Trace> foreseen = new ArrayList<>();

  /// How many that were each time when it was asked.
  final List<Integer> foreseenAtFind = new ArrayList<>();

  /// What the runner finds of an earlier start's work.
  Supplier<Finding> finding = Finding.Found::new;

  private record Work(Duration takes, int exit) {}

  /// @param elapsed on the monotonic clock
  record Begin(String job, Instant due, Instant at, Duration elapsed, int attempt, Cause cause) {}

  interface Script {
    void play(Scheduler scheduler) throws Exception;
  }

  @BeforeAll
  static void silenceTheLog() {
    Log.setLevel(LogLevel.OFF);
  }

  @AfterAll
  static void unsilenceTheLog() {
    Log.setLevel(LogLevel.WARN);
  }

  /// A daemon from its start to its sudden death at the end of the script.
  void live(List<JobSpec> jobs, Script script) throws Exception {
    world.run(() -> {
      world.newProcess();
      Scheduler scheduler =
          new Scheduler(
              faults.on(ledger),
              List.of(new ScriptedRunner()),
              new Reader(),
              time,
              world,
              limits,
              () -> calendars,
              Duration.ofSeconds(1));
      scheduler.start(Map.of("ini", jobs));
      script.play(scheduler);
      world.kill();
    });
  }

  /// What follows is another start.
  void restart() {
    ledger = ledger.reopen();
  }

  void takes(String job, Duration howLong, int exit) {
    works.put(job, new Work(howLong, exit));
  }

  static JobSpec job(String name, String schedule) throws Exception {
    return job(name, schedule, Settings.EMPTY);
  }

  static JobSpec job(String name, String schedule, Settings settings) throws Exception {
    return spec(name, schedule, settings, List.of());
  }

  static JobSpec spec(String name, String schedule, Settings settings, List<Problem> problems)
      throws Exception {
    return new JobSpec(
        new JobName(name),
        JobKind.NOOP,
        "ini",
        Schedule.parse(schedule, ZoneOffset.UTC),
        settings,
        Origin.of("test"),
        problems);
  }

  static Settings retries(int most, Duration wait) {
    return new Settings.Builder()
        .put(JobKeys.MAX_RETRIES, most)
        .put(JobKeys.RETRY_DELAY_MS, (int) wait.toMillis())
        .put(JobKeys.RETRY_MAX_DELAY_MS, (int) wait.toMillis())
        .build();
  }

  // ---- what became of it ---------------------------------------------------------------------

  static Instant at(String time) {
    return Instant.parse("2026-11-02T" + time + ":00Z");
  }

  static long seconds(Instant instant) {
    return Duration.between(at("12:00"), instant).toSeconds();
  }

  /// The earliest first.
  List<HistoryEntry> history() {
    List<HistoryEntry> entries = new ArrayList<>();
    ledger.history().entries(Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE, entries::addFirst);
    return entries;
  }

  List<HistoryEntry> history(String job) {
    return history().stream().filter(entry -> entry.job().value().equals(job)).toList();
  }

  List<String> fates(String job) {
    return history(job).stream()
        .map(entry ->
            Instant.ofEpochMilli(entry.dueMillis()).toString().substring(11, 16)
                + " "
                + entry.fate())
        .toList();
  }

  /// All instants of a job that is there from the start on have one fate each, and none of them was
  /// begun twice.
  ///
  /// @param until exclusive
  void assertNothingVanishedOrBeganTwice(JobSpec job, Instant until) {
    List<Instant> due = new ArrayList<>();
    long next = job.schedule().next(START.toEpochMilli(), START.toEpochMilli());
    while (next < until.toEpochMilli()) {
      due.add(Instant.ofEpochMilli(next));
      next = job.schedule().next(next, START.toEpochMilli());
    }
    String name = job.name().value();
    assertThat(history(name))
        .extracting(entry -> Instant.ofEpochMilli(entry.dueMillis()))
        .filteredOn(instant -> instant.isBefore(until))
        .as("what is on record of job %s", name)
        .containsExactlyElementsOf(due);
    assertThat(history(name))
        .filteredOn(entry -> entry.dueMillis() < until.toEpochMilli())
        .as("fates of job %s", name)
        .extracting(HistoryEntry::fate)
        .doesNotContain("running");
    assertThat(begins)
        .filteredOn(begin -> begin.job().equals(name))
        .extracting(Begin::due)
        .as("begun of job %s", name)
        .doesNotHaveDuplicates();
  }

  private final class Reader implements SpecReader {
    @Override
    public Optional<JobSpec> read(BookedJob booked) {
      return isBookReadable
          ? SpecText.read(
              booked.name(),
              booked.kind(),
              booked.source(),
              booked.schedule(),
              booked.spec(),
              ZoneOffset.UTC)
          : Optional.empty();
    }

    @Override
    public String write(JobSpec job) {
      return SpecText.write(job);
    }
  }

  /// Takes as long as the script says; what it began goes on over a restart.
  private final class ScriptedRunner implements Runner {

    @Override
    public JobKind kind() {
      return JobKind.NOOP;
    }

    @Override
    public String describe(JobSpec job) {
      return "scripted";
    }

    @Override
    public Outcome run(RunRequest request, RunSink sink, Stop stop)
        throws InterruptedException, NotOursException, DeclinedException {
      preparing.run();
      Optional<DeclinedException> declined = declining.apply(request.attempt());
      if (declined.isPresent()) {
        throw declined.get();
      }
      Work work = work(request);
      long end = world.nanos() + work.takes().toNanos();
      sink.intend(Long.toString(end));
      begins.add(
          new Begin(
              request.job().name().value(),
              request.due(),
              world.now(),
              Duration.ofNanos(world.nanos()),
              request.attempt(),
              request.cause()));
      return follow(end, work, sink, stop);
    }

    private Work work(RunRequest request) {
      return works.getOrDefault(request.job().name().value(), new Work(Duration.ZERO, 0));
    }

    private Outcome follow(long endNanos, Work work, RunSink sink, Stop stop)
        throws InterruptedException {
      Outcome outcome = followWork(endNanos, work, sink, stop);
      if (!aside.isZero()) {
        try (RunSink.Aside _ = sink.aside()) {
          world.sleep(aside);
        }
      }
      return outcome;
    }

    private Outcome followWork(long endNanos, Work work, RunSink sink, Stop stop)
        throws InterruptedException {
      working.accept(sink);
      Signal asked = world.newSignal();
      stop.onRequest(asked::raise);
      if (asked.await(Duration.ofNanos(endNanos - world.nanos()))) {
        world.sleep(ending);
        return new Outcome.Cancelled(stop.by());
      }
      return work.exit() == 0
          ? new Outcome.Succeeded()
          : new Outcome.Failed(work.exit(), "exit code " + work.exit());
    }

    @Override
    public void foresee(RunRequest request, Trace trace) {
      foreseen.add(trace);
    }

    @Override
    public Finding find(RunRequest request, Trace trace) {
      foreseenAtFind.add(foreseen.size());
      traces.add(trace);
      return finding.get();
    }

    @Override
    public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
        throws InterruptedException {
      return follow(Long.parseLong(trace.intent()), work(request), sink, stop);
    }

    @Override
    public boolean canStop() {
      return canStop;
    }

    @Override
    public boolean canOutlive() {
      return true;
    }
  }
}
