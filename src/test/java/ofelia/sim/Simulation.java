package ofelia.sim;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import ofelia.config.JobKeys;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.engine.GapCheck;
import ofelia.engine.Limits;
import ofelia.engine.RequestException;
import ofelia.engine.Scheduler;
import ofelia.engine.SpecReader;
import ofelia.engine.Watched;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Settings;
import ofelia.time.Hand;
import org.jspecify.annotations.Nullable;

/// One seed: jobs by chance, weeks of virtual time, processes that crash between any two steps, an
/// engine and a store that are away at times, reloads; and at the end the question what became of
/// every due instant.
final class Simulation {

  /// Variants of a job's rules; the index is what the book keeps.
  private static final List<Settings> RULES =
      List.of(
          Settings.EMPTY,
          new Settings.Builder().put(JobKeys.NO_OVERLAP, true).build(),
          new Settings.Builder().put(JobKeys.MAX_LATENESS, Duration.ofMinutes(10)).build(),
          new Settings.Builder().put(JobKeys.MAX_RETRIES, 2).build(),
          new Settings.Builder().put(JobKeys.MAX_RUNTIME, Duration.ofMinutes(5)).build(),
          new Settings.Builder().put(JobKeys.RUN_ON_STARTUP, true).build(),
          new Settings.Builder().put(JobKeys.MISFIRE, "latest").build(),
          new Settings.Builder().put(JobKeys.MISFIRE, "all").build(),
          new Settings.Builder().put(JobKeys.MISFIRE, "all").put(JobKeys.NO_OVERLAP, true).build(),
          new Settings.Builder()
              .put(JobKeys.MISFIRE, "all")
              .put(JobKeys.CATCH_UP_WINDOW, Duration.ofHours(2))
              .put(JobKeys.MAX_CATCH_UP, 3)
              .build(),
          new Settings.Builder().put(JobKeys.JITTER, Duration.ofMinutes(7)).build(),
          new Settings.Builder()
              .put(JobKeys.JITTER, Duration.ofMinutes(9))
              .put(JobKeys.MISFIRE, "latest")
              .build());

  private final SimStore store;
  private final SimWorld world;
  private final SplittableRandom random;
  private final Outside outside;
  private final DefinitionLog definitions = new DefinitionLog();
  private final Map<JobName, JobSpec> jobs = new TreeMap<>();
  private final int jobCount;
  private final long endMillis;
  private final double storeFailureRate;
  private final boolean engineFails;
  private final Limits limits;

  /// What [GapCheck] said.
  private final List<String> alarms = new ArrayList<>();

  /// Whether the clock steps and the machine sleeps.
  private final boolean isTimeUnkind;

  /// A time in which a process was up, from the end of its start, or some time after a jump of the
  /// clock, to the beginning of its end, or the next jump.
  private record Life(long fromMillis, long toMillis, int era) {}

  private final List<Life> lives = new ArrayList<>();
  private long lifeFromMillis;
  private int jumps;

  private int processes;

  /// What a seed showed.
  ///
  /// @param due how many instants were due
  /// @param fates how many of them met which fate
  /// @param processes how many times the daemon was started
  /// @param begun how many pieces of work began outside
  /// @param jumps how often the clock jumped
  /// @param caughtUp how many instants were made up for
  record Result(
      long due, Map<String, Long> fates, int processes, long begun, int jumps, long caughtUp) {}

  Simulation(long seed, int jobCount, Duration length, SimStore store, SimWorld world) {
    this.store = store;
    this.world = world;
    this.random = new SplittableRandom(seed ^ 0x5eed);
    this.outside = new Outside(world);
    this.jobCount = jobCount;
    this.endMillis = JobPool.FROM.plus(length).toEpochMilli();
    this.storeFailureRate = random.nextBoolean() ? 0 : random.nextDouble(0.02);
    this.engineFails = random.nextBoolean();
    this.limits = random.nextInt(4) == 0 ? new Limits(2, 5) : Limits.DEFAULT;
    this.isTimeUnkind = random.nextBoolean();
  }

  Result run() throws InterruptedException {
    List<Result> result = new ArrayList<>();
    world.run(() -> {
      for (int i = 0; i < jobCount; i++) {
        put("job-" + i);
      }
      while (world.millis() < endMillis) {
        live();
        if (isTimeUnkind && random.nextInt(4) == 0) {
          jump();
        }
        world.sleep(downtime());
      }
      long settled = lastProcess();
      result.add(check(settled));
    });
    return result.getFirst();
  }

  // ---- the script ----------------------------------------------------------------------------

  private void put(String name) throws ScheduleSyntaxException {
    JobName job = new JobName(name);
    jobs.put(job, spec(job, JobPool.draw(random), random.nextInt(RULES.size())));
  }

  private static JobSpec spec(JobName name, String schedule, int rules)
      throws ScheduleSyntaxException {
    return new JobSpec(
        name,
        Outside.KIND,
        "ini",
        Schedule.parse(schedule, ZoneOffset.UTC),
        RULES.get(rules),
        Origin.of("simulation"),
        List.of());
  }

  private Scheduler newProcess(double failureRate) {
    world.newProcess();
    processes++;
    Ledger ledger = new SimLedger(store.open(), world, definitions, failureRate);
    return new Scheduler(
        ledger,
        List.of(outside.runner()),
        new Reader(),
        world,
        world,
        limits,
        Map::of,
        isTimeUnkind ? Duration.ofMinutes(1) : Duration.ofHours(1));
  }

  /// One life of the daemon, from its start to its crash or orderly end.
  private void live() throws InterruptedException, ScheduleSyntaxException {
    Scheduler scheduler = newProcess(storeFailureRate);
    boolean endsInOrder = random.nextInt(5) == 0;
    if (!endsInOrder) {
      world.crashAfter(random.nextInt(10) < 2 ? random.nextInt(300) : random.nextInt(6_000));
    }
    boolean[] started = new boolean[1];
    Map<String, List<JobSpec>> sources = Map.of("ini", List.copyOf(jobs.values()));
    Hand main =
        world.start(
            "main",
            () -> {
              try {
                scheduler.start(sources);
                started[0] = true;
              } catch (LedgerException _) {
                // A start that fails ends the process.
              }
            });
    main.join(Duration.ofMinutes(1));
    long from = world.millis();
    if (started[0]) {
      long until = Math.min(endMillis, from + random.nextLong(Duration.ofHours(36).toMillis()));
      lifeFromMillis = from;
      while (!world.isCrashed() && world.millis() < until) {
        world.sleep(untilSomethingHappens());
        if (isTimeUnkind && random.nextInt(10) == 0) {
          jumpWhileUp();
        }
        somethingHappens(scheduler);
      }
      if (!world.isCrashed()) {
        world.start("gap-check", () -> checkGaps(scheduler)).join(Duration.ofMinutes(1));
      }
      if (!world.isCrashed()) {
        world.start("shutdown", () -> shutDown(scheduler)).join(Duration.ofHours(1));
      }
      endLife(world.crashMillis());
    }
    world.kill();
  }

  private void endLife(long toMillis) {
    if (lifeFromMillis < toMillis) {
      lives.add(new Life(lifeFromMillis, toMillis, definitions.era()));
    }
  }

  /// The clock jumps while nothing else goes on, so that what the script sees is what the daemon
  /// sees.
  private void jumpWhileUp() throws InterruptedException {
    while (!world.isQuiet()) {
      world.sleep(Duration.ofMillis(1));
    }
    if (world.isCrashed()) {
      return;
    }
    endLife(world.millis());
    int era = definitions.era();
    boolean isBack = jump();
    world.sleep(Duration.ofMinutes(2));
    lifeFromMillis = world.millis();
    boolean mustBeNoticed = storeFailureRate == 0 && !world.isCrashed();
    if (mustBeNoticed && isBack != definitions.era() > era) {
      throw new AssertionError("the clock was set back: " + isBack + ", an era was not opened");
    }
  }

  /// @return whether the clock was set back
  private boolean jump() {
    jumps++;
    boolean mayGoBack = world.millis() > JobPool.FROM.toEpochMilli() + 86_400_000L;
    switch (random.nextInt(mayGoBack ? 6 : 3)) {
      case 0 -> world.suspend(Duration.ofMinutes(random.nextInt(1, 600)));
      case 1 -> world.stepWallClock(Duration.ofMinutes(random.nextInt(1, 300)));
      case 2 -> world.stepWallClock(Duration.ofSeconds(random.nextInt(2, 100)));
      case 3 -> {
        world.stepWallClock(Duration.ofSeconds(-random.nextInt(2, 100)));
        return true;
      }
      default -> {
        world.stepWallClock(Duration.ofMinutes(-random.nextInt(1, 300)));
        return true;
      }
    }
    return false;
  }

  /// The scheduler's account of itself must raise no alarm where nothing is missing; what is, the
  /// examination at the end finds.
  private void checkGaps(Scheduler scheduler) {
    try (History history = store.history()) {
      long now = world.millis();
      List<Watched> watched = scheduler.watched();
      if (!watched.isEmpty()) {
        new GapCheck().find(watched, history, now).forEach(gap -> alarms.add("an alarm: " + gap));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void shutDown(Scheduler scheduler) {
    world.noteCrashTime();
    try {
      int _ = scheduler.shutdown(Duration.ofSeconds(8), random.nextBoolean());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Often shortly before a whole minute, when what is due then is claimed already.
  private Duration untilSomethingHappens() {
    long millis = random.nextLong(Duration.ofHours(2).toMillis());
    if (random.nextBoolean()) {
      long at = world.millis() + millis;
      millis += 60_000 - at % 60_000 - random.nextInt(2_500);
    }
    return Duration.ofMillis(Math.max(0, millis));
  }

  private void somethingHappens(Scheduler scheduler) throws ScheduleSyntaxException {
    switch (random.nextInt(14)) {
      case 0 -> {
        for (int i = 0; i < random.nextInt(5); i++) {
          put("job-" + random.nextInt(jobCount));
        }
        scheduler.apply("ini", List.copyOf(jobs.values()));
      }
      case 1 -> {
        jobs.remove(new JobName("job-" + random.nextInt(jobCount)));
        scheduler.apply("ini", List.copyOf(jobs.values()));
      }
      case 2 -> {
        if (engineFails) {
          outside.goAway(Duration.ofSeconds(random.nextInt(1_200)));
        }
      }
      case 3 -> {
        JobName job = new JobName("job-" + random.nextInt(jobCount));
        Hand _ = world.start("request", () -> request(scheduler, job));
      }
      case 4 -> {
        for (JobName job : List.copyOf(jobs.keySet())) {
          if (random.nextBoolean()) {
            put(job.value());
          }
        }
        scheduler.apply("ini", List.copyOf(jobs.values()));
      }
      default -> {
        // Most of the time nothing does.
      }
    }
  }

  private static void request(Scheduler scheduler, JobName job) {
    try {
      var _ = scheduler.runNow(job);
    } catch (RequestException | LedgerException | IllegalStateException _) {
      // Unknown, or the store or the daemon is away: the person is told.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Duration downtime() {
    int kind = random.nextInt(10);
    if (kind < 5) {
      return Duration.ofMillis(random.nextInt(10_000));
    }
    return kind < 9
        ? Duration.ofSeconds(random.nextInt(300))
        : Duration.ofMinutes(random.nextInt(600));
  }

  /// A last life without failures, long enough for everything to come to its end.
  ///
  /// @return up to when all instants are settled
  private long lastProcess() throws InterruptedException {
    Scheduler scheduler = newProcess(0);
    scheduler.start(Map.of("ini", List.copyOf(jobs.values())));
    long settled = world.millis();
    world.sleep(Duration.ofDays(4));
    int _ = scheduler.shutdown(Duration.ofDays(1), false);
    world.kill();
    return settled;
  }

  // ---- the question --------------------------------------------------------------------------

  private record Instant(JobName job, int era, long dueMillis) implements Comparable<Instant> {
    @Override
    public int compareTo(Instant other) {
      int byJob = job.compareTo(other.job);
      int byEra = Integer.compare(era, other.era);
      return byJob != 0 ? byJob : byEra != 0 ? byEra : Long.compare(dueMillis, other.dueMillis);
    }
  }

  private Result check(long settledMillis) {
    Set<Instant> expected = new HashSet<>();
    Map<JobName, List<DefinitionLog.Period>> periodsOf = definitions.until(settledMillis);
    periodsOf.forEach((job, periods) -> {
      for (var period : periods) {
        JobPool.due(
                period.schedule(),
                period.anchorMillis(),
                period.fromMillis(),
                Math.min(period.throughMillis(), settledMillis))
            .forEach(at -> expected.add(new Instant(job, period.era(), at)));
      }
    });
    Map<String, List<Outside.Begin>> begins = new HashMap<>();
    for (Outside.Begin begin : outside.begins) {
      begins.computeIfAbsent(begin.run().toString(), _ -> new ArrayList<>()).add(begin);
    }
    NavigableMap<Instant, HistoryEntry> recorded = new TreeMap<>();
    Map<String, Long> fates = new TreeMap<>();
    List<String> complaints = new ArrayList<>();
    Consumer<HistoryEntry> examine =
        entry -> {
          if (entry.dueMillis() <= settledMillis) {
            complain(entry, begins, complaints);
          }
          if (entry.cause().isOfSchedule() && entry.dueMillis() <= settledMillis) {
            fates.merge(entry.fate(), 1L, Long::sum);
            Instant instant = new Instant(entry.job(), entry.era(), entry.dueMillis());
            if (recorded.put(instant, entry) != null) {
              complaints.add("two fates: " + instant);
            }
          }
        };
    try (History history = store.history()) {
      history.entries(Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE, examine);
    }
    difference(expected, recorded.keySet())
        .forEach(i -> complaints.add("no fate: " + i + " under " + near(i, periodsOf)));
    difference(recorded.keySet(), expected)
        .forEach(i ->
            complaints.add(
                "not due: " + i + ": " + recorded.get(i) + " under " + near(i, periodsOf)));
    begins.values().stream()
        .filter(list ->
            list.stream().mapToInt(Outside.Begin::attempt).distinct().count() != list.size())
        .forEach(list -> complaints.add("begun twice: " + list));
    complaints.addAll(outside.wrongs);
    complaints.addAll(alarms);
    if (storeFailureRate == 0 && limits.equals(Limits.DEFAULT)) {
      complainOfMisfires(recorded, periodsOf, complaints);
    }
    if (limits.equals(Limits.DEFAULT)) {
      // A refusal that a crash undid gives a run another chance, out of its turn.
      complainOfOrder(complaints);
    }
    if (!complaints.isEmpty()) {
      throw new AssertionError(
          complaints.size()
              + " complaints, the first: "
              + String.join("\n", complaints.subList(0, Math.min(10, complaints.size()))));
    }
    long caughtUp =
        recorded.values().stream().filter(entry -> entry.cause() == Cause.CATCH_UP).count();
    return new Result(expected.size(), fates, processes, outside.begun(), jumps, caughtUp);
  }

  private void complain(
      HistoryEntry entry, Map<String, List<Outside.Begin>> begins, List<String> complaints) {
    @Nullable List<Outside.Begin> begun =
        entry.run().isEmpty() ? null : begins.get(entry.run().get().toString());
    boolean isSound =
        switch (entry.fate()) {
          case "ran" ->
              begun != null || entry.outcome().orElse("").matches("broke|cancelled|timed-out");
          case "lost" -> begun != null;
          case "skipped", "missed", "refused" -> begun == null;
          default -> false;
        };
    if (!isSound) {
      complaints.add("untrue: " + entry + ", begun outside: " + begun);
    }
    if (entry.fate().equals("missed") && wasThere(entry)) {
      complaints.add("missed although the daemon was there: " + entry);
    }
  }

  /// Whether the daemon was up well around the instant, with a store that answers and a place for
  /// every run.
  private boolean wasThere(HistoryEntry entry) {
    // Jitter included.
    long margin = Duration.ofMinutes(12).toMillis();
    long due = entry.dueMillis();
    return storeFailureRate == 0
        && !engineFails
        && limits.equals(Limits.DEFAULT)
        && lives.stream()
            .anyMatch(life ->
                life.era == entry.era() && life.fromMillis < due && due < life.toMillis - margin);
  }

  /// What became of instants that passed, by what their jobs wanted, as far as that can be told: of
  /// jobs that kept their definition for a day after.
  private static void complainOfMisfires(
      NavigableMap<Instant, HistoryEntry> recorded,
      Map<JobName, List<DefinitionLog.Period>> periodsOf,
      List<String> complaints) {
    for (Map.Entry<Instant, HistoryEntry> one : recorded.entrySet()) {
      Instant instant = one.getKey();
      HistoryEntry entry = one.getValue();
      Optional<Settings> rules = rulesOf(instant, periodsOf);
      if (rules.isEmpty()) {
        continue;
      }
      String policy = rules.get().get(JobKeys.MISFIRE);
      boolean isMissed = entry.fate().equals("missed");
      boolean isOdd =
          switch (policy) {
            case "skip" -> entry.cause() == Cause.CATCH_UP;
            case "all" -> isMissed && !isMissedForAll(instant, entry, rules.get(), recorded);
            default -> isMissed && !entry.reason().matches(".*(latest|later instant|window).*");
          };
      if (isOdd) {
        complaints.add("not as misfire = " + policy + " wants it: " + entry);
      }
    }
  }

  private static boolean isMissedForAll(
      Instant instant,
      HistoryEntry entry,
      Settings rules,
      NavigableMap<Instant, HistoryEntry> recorded) {
    if (entry.reason().contains("catch-up-window")) {
      return true;
    }
    List<HistoryEntry> later =
        recorded.tailMap(instant, false).values().stream()
            .limit(rules.get(JobKeys.MAX_CATCH_UP))
            .toList();
    boolean isLast = !later.getFirst().reason().contains("max-catch-up");
    return entry.reason().contains("max-catch-up")
        && (!isLast || later.stream().allMatch(next -> next.cause() == Cause.CATCH_UP));
  }

  private static Optional<Settings> rulesOf(
      Instant instant, Map<JobName, List<DefinitionLog.Period>> periodsOf) {
    long day = Duration.ofDays(1).toMillis();
    return periodsOf.getOrDefault(instant.job(), List.of()).stream()
        .filter(period -> period.era() == instant.era())
        .filter(period ->
            period.fromMillis() < instant.dueMillis()
                && instant.dueMillis() + day <= period.throughMillis())
        .map(period -> RULES.get(Integer.parseInt(period.spec())))
        .findFirst();
  }

  /// What is made up for begins in the order in which it was due.
  private void complainOfOrder(List<String> complaints) {
    Map<JobName, Outside.Begin> last = new HashMap<>();
    for (Outside.Begin begin : outside.begins) {
      if (begin.cause() != Cause.CATCH_UP || begin.attempt() > 1) {
        continue;
      }
      Outside.Begin before = last.put(begin.job(), begin);
      if (before != null && before.run().compareTo(begin.run()) >= 0) {
        complaints.add("made up for out of order: " + before + " and then " + begin);
      }
    }
  }

  private static List<DefinitionLog.Period> near(
      Instant instant, Map<JobName, List<DefinitionLog.Period>> periodsOf) {
    return periodsOf.getOrDefault(instant.job(), List.of()).stream()
        .filter(period -> Math.abs(period.era() - instant.era()) <= 1)
        .toList();
  }

  private static Set<Instant> difference(Set<Instant> all, Set<Instant> without) {
    Set<Instant> rest = new TreeSet<>(all);
    rest.removeAll(without);
    return rest;
  }

  private static final class Reader implements SpecReader {
    @Override
    public Optional<JobSpec> read(BookedJob booked) {
      try {
        return Optional.of(spec(booked.name(), booked.schedule(), Integer.parseInt(booked.spec())));
      } catch (ScheduleSyntaxException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public String write(JobSpec job) {
      return Integer.toString(RULES.indexOf(job.settings()));
    }
  }
}
