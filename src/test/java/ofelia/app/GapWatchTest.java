package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import ofelia.app.log.Log;
import ofelia.app.log.LogLevel;
import ofelia.cron.Schedule;
import ofelia.engine.Limits;
import ofelia.engine.Scheduler;
import ofelia.fake.MemoryLedger;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.runner.NoopRunner;
import ofelia.sim.SimWorld;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The alarm beside a scheduler that lives, in virtual time.
final class GapWatchTest {

  private static final Instant START = Instant.parse("2026-11-02T11:59:30Z");

  private final SimWorld world = new SimWorld(1, START.toEpochMilli());

  @BeforeEach
  void silenceTheLog() {
    Log.setLevel(LogLevel.OFF);
  }

  @AfterEach
  void unsilenceTheLog() {
    Log.setLevel(LogLevel.WARN);
  }

  @Test
  void anInstantThatVanishesFromTheStoreIsCountedOnceAndNothingElseIs() throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("a"),
            JobKind.NOOP,
            "ini",
            Schedule.parse("* * * * *", ZoneOffset.UTC),
            Settings.EMPTY,
            Origin.of("test"),
            List.of());
    MemoryLedger ledger = new MemoryLedger(world);
    List<Long> found = new ArrayList<>();
    world.run(() -> {
      world.newProcess();
      Scheduler scheduler =
          new Scheduler(
              ledger,
              List.of(new NoopRunner()),
              new JobText(),
              world,
              world,
              Limits.DEFAULT,
              Map::of,
              Duration.ofSeconds(10));
      scheduler.start(Map.of("ini", List.of(job)));
      GapWatch gaps =
          new GapWatch(
              scheduler,
              new Lossy(ledger.history(), START.plusSeconds(7 * 60 + 30).toEpochMilli()),
              world,
              world);
      for (int look = 1; look <= 4; look++) {
        world.sleep(Duration.ofMinutes(6));
        found.add(gaps.found());
      }
      world.kill();
    });
    // The first look comes before the instant that is lost.
    assertThat(found).containsExactly(0L, 1L, 1L, 1L);
  }

  /// A history without what became of one instant.
  private record Lossy(History real, long lostMillis) implements History {

    @Override
    public List<BookedJob> book() {
      return real.book();
    }

    @Override
    public Map<String, String> calendars() {
      return real.calendars();
    }

    @Override
    public void visit(Optional<JobName> job, long nowMillis, Predicate<HistoryEntry> visitor) {
      real.visit(job, nowMillis, entry -> entry.dueMillis() == lostMillis || visitor.test(entry));
    }

    @Override
    public List<HistoryEntry> find(String runOrEnd) {
      return real.find(runOrEnd);
    }

    @Override
    public Set<String> handles(RunId run) {
      return real.handles(run);
    }

    @Override
    public OutputPosition output(RunId run, OutputPosition position, OutputReader sink)
        throws IOException {
      return real.output(run, position, sink);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
