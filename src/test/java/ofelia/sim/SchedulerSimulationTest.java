package ofelia.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import ofelia.app.log.Log;
import ofelia.app.log.LogLevel;
import ofelia.fake.MemoryLedger;
import ofelia.ledger.History;
import ofelia.ledger.Ledger;
import ofelia.sql.CrashingSqlite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing due vanishes, nothing runs twice, and the records say what happened: 200 jobs over 30
/// days of virtual time, with crashes between any two steps, a clock that steps in either
/// direction, a machine that sleeps, and nights in which the clocks of a zone change.
///
/// `-Dofelia.sim.seeds=1000` and `-Dofelia.sim.sqlite.seeds=20` run more seeds,
/// `-Dofelia.sim.sqlite.days=30` longer ones on the file; `-Dofelia.sim.seed=N` runs one of them
/// again, `N..M` certain ones.
final class SchedulerSimulationTest {

  private static final int JOBS = 200;
  private static final Duration LENGTH = Duration.ofDays(30);

  @BeforeAll
  static void silenceTheLog() {
    Log.setLevel(LogLevel.OFF);
  }

  @AfterAll
  static void unsilenceTheLog() {
    Log.setLevel(LogLevel.WARN);
  }

  @Test
  void everyDueInstantHasExactlyOneFateAndNothingRunsTwice() throws Exception {
    int seeds = Integer.getInteger("ofelia.sim.seeds", 20);
    report(
        "memory",
        Seeds.run(
            seeds,
            seed -> {
              SimWorld world = newWorld(seed);
              return simulate(seed, LENGTH, new MemoryStore(new MemoryLedger(world)), world);
            }));
  }

  @Test
  void soItIsOnARealFileWhoseProcessDiesAtEachCrash(@TempDir Path directory) throws Exception {
    int seeds = Integer.getInteger("ofelia.sim.sqlite.seeds", 2);
    Duration length = Duration.ofDays(Integer.getInteger("ofelia.sim.sqlite.days", 3));
    report(
        "sqlite",
        Seeds.run(
            seeds,
            seed -> {
              SimWorld world = newWorld(seed);
              SimStore store = new CrashingSqlite(directory.resolve("seed-" + seed), world);
              return simulate(seed, length, store, world);
            }));
  }

  private static SimWorld newWorld(long seed) {
    return new SimWorld(seed, JobPool.FROM.toEpochMilli());
  }

  private static Simulation.Result simulate(
      long seed, Duration length, SimStore store, SimWorld world) throws InterruptedException {
    try (store) {
      return new Simulation(seed, JOBS, length, store, world).run();
    }
  }

  private static void report(String store, Map<Long, Simulation.Result> results) {
    Map<String, Long> fates = new TreeMap<>();
    results.values().forEach(r -> r.fates().forEach((fate, n) -> fates.merge(fate, n, Long::sum)));
    System.out.printf(
        "simulation on %s: %,d seeds, %,d due instants, %,d of them made up for, %,d starts of the"
            + " daemon, %,d jumps of the clock, fates %s%n",
        store,
        results.size(),
        results.values().stream().mapToLong(Simulation.Result::due).sum(),
        results.values().stream().mapToLong(Simulation.Result::caughtUp).sum(),
        results.values().stream().mapToInt(Simulation.Result::processes).sum(),
        results.values().stream().mapToInt(Simulation.Result::jumps).sum(),
        fates);
    // A simulation that meets no trouble would show nothing.
    assertThat(fates.keySet()).contains("ran", "missed", "skipped");
  }

  private static final class MemoryStore implements SimStore {
    private MemoryLedger ledger;

    MemoryStore(MemoryLedger ledger) {
      this.ledger = ledger;
    }

    @Override
    public Ledger open() {
      ledger = ledger.reopen();
      return ledger;
    }

    @Override
    public History history() {
      return ledger.history();
    }

    @Override
    public void close() {}
  }
}
