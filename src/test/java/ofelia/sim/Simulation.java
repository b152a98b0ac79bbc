package ofelia.sim;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import ofelia.config.JobKeys;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.engine.Limits;
import ofelia.engine.RequestException;
import ofelia.engine.Scheduler;
import ofelia.engine.SpecReader;
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
          new Settings.Builder().put(JobKeys.RUN_ON_STARTUP, true).build());

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

  /// When a process was up, from the end of its start to the beginning of its end.
  private final List<long[]> up = new ArrayList<>();

  private int processes;

  /// What a seed showed.
  ///
  /// @param due how many instants were due
  /// @param fates how many of them met which fate
  /// @param processes how many times the daemon was started
  /// @param begun how many pieces of work began outside
  record Result(long due, Map<String, Long> fates, int processes, long begun) {}

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
  }

  Result run() throws InterruptedException {
    List<Result> result = new ArrayList<>();
    world.run(() -> {
      for (int i = 0; i < jobCount; i++) {
        put("job-" + i);
      }
      while (world.millis() < endMillis) {
        live();
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
        Duration.ofHours(1));
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
      while (!world.isCrashed() && world.millis() < until) {
        world.sleep(untilSomethingHappens());
        somethingHappens(scheduler);
      }
      if (!world.isCrashed()) {
        world.start("shutdown", () -> shutDown(scheduler)).join(Duration.ofHours(1));
      }
      up.add(new long[] {from, world.crashMillis()});
    }
    world.kill();
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
    world.sleep(Duration.ofDays(2));
    int _ = scheduler.shutdown(Duration.ofDays(1), false);
    world.kill();
    return settled;
  }

  // ---- the question --------------------------------------------------------------------------

  private record Instant(JobName job, long dueMillis) implements Comparable<Instant> {
    @Override
    public int compareTo(Instant other) {
      int byTime = Long.compare(dueMillis, other.dueMillis);
      return byTime != 0 ? byTime : job.compareTo(other.job);
    }
  }

  private Result check(long settledMillis) {
    Set<Instant> expected = new HashSet<>();
    definitions
        .until(settledMillis)
        .forEach((job, periods) -> {
          for (var period : periods) {
            JobPool.due(
                    period.schedule(),
                    period.anchorMillis(),
                    period.fromMillis(),
                    Math.min(period.throughMillis(), settledMillis))
                .forEach(at -> expected.add(new Instant(job, at)));
          }
        });
    Map<String, List<Outside.Begin>> begins = new HashMap<>();
    for (Outside.Begin begin : outside.begins) {
      begins.computeIfAbsent(begin.run().toString(), _ -> new ArrayList<>()).add(begin);
    }
    Map<Instant, HistoryEntry> recorded = new HashMap<>();
    Map<String, Long> fates = new TreeMap<>();
    List<String> complaints = new ArrayList<>();
    Consumer<HistoryEntry> examine =
        entry -> {
          if (entry.dueMillis() <= settledMillis) {
            complain(entry, begins, complaints);
          }
          if (entry.cause() == Cause.SCHEDULE && entry.dueMillis() <= settledMillis) {
            fates.merge(entry.fate(), 1L, Long::sum);
            Instant instant = new Instant(entry.job(), entry.dueMillis());
            if (recorded.put(instant, entry) != null) {
              complaints.add("two fates: " + instant);
            }
          }
        };
    try (History history = store.history()) {
      history.entries(Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE, examine);
    }
    difference(expected, recorded.keySet()).forEach(i -> complaints.add("no fate: " + i));
    difference(recorded.keySet(), expected).forEach(i -> complaints.add("not due: " + i));
    begins.values().stream()
        .filter(list ->
            list.stream().mapToInt(Outside.Begin::attempt).distinct().count() != list.size())
        .forEach(list -> complaints.add("begun twice: " + list));
    if (!complaints.isEmpty()) {
      throw new AssertionError(
          complaints.size()
              + " complaints, the first: "
              + String.join("\n", complaints.subList(0, Math.min(10, complaints.size()))));
    }
    return new Result(expected.size(), fates, processes, outside.begun());
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
    if (entry.fate().equals("missed") && wasThere(entry.dueMillis())) {
      complaints.add("missed although the daemon was there: " + entry);
    }
  }

  /// Whether the daemon was up well around the instant, with a store that answers and a place for
  /// every run.
  private boolean wasThere(long dueMillis) {
    long margin = Duration.ofMinutes(2).toMillis();
    return storeFailureRate == 0
        && !engineFails
        && limits.equals(Limits.DEFAULT)
        && up.stream().anyMatch(life -> life[0] < dueMillis && dueMillis < life[1] - margin);
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
