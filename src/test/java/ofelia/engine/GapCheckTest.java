package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import ofelia.engine.GapCheck.Gap;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobName;
import ofelia.model.RunId;
import org.junit.jupiter.api.Test;

/// What the scheduler's own account of itself finds. The stage begins at half a minute to noon.
class GapCheckTest extends EngineStage {

  private final GapCheck check = new GapCheck();

  private List<Gap> find(Scheduler scheduler) throws InterruptedException {
    return check.find(scheduler.watched(), ledger.history(), world.millis());
  }

  @Test
  void findsNothingWhereAllIsOnRecord() throws Exception {
    takes("long", Duration.ofMinutes(7), 0);
    List<Gap> found = new ArrayList<>();
    live(
        List.of(
            job("a", "* * * * *"),
            job("long", "*/5 * * * *"),
            job("b", "@every 13s"),
            job("c", "@manual")),
        scheduler -> {
          for (int i = 0; i < 20; i++) {
            world.sleep(Duration.ofMinutes(3));
            found.addAll(find(scheduler));
          }
        });
    assertThat(found).isEmpty();
  }

  @Test
  void findsNothingAfterADowntimeAStepOfTheClockAndAChange() throws Exception {
    List<Gap> found = new ArrayList<>();
    Script script =
        scheduler -> {
          world.sleep(Duration.ofMinutes(5));
          found.addAll(find(scheduler));
          world.stepWallClock(Duration.ofHours(2));
          world.sleep(Duration.ofMinutes(5));
          found.addAll(find(scheduler));
          world.stepWallClock(Duration.ofHours(-1));
          world.sleep(Duration.ofMinutes(5));
          found.addAll(find(scheduler));
          scheduler.apply("ini", List.of(job("a", "*/2 * * * *"), job("c", "@every 7s")));
          world.sleep(Duration.ofMinutes(90));
          found.addAll(find(scheduler));
        };
    live(List.of(job("a", "* * * * *"), job("b", "@every 7s")), script);
    world.run(() -> world.sleep(Duration.ofHours(5)));
    restart();
    live(List.of(job("a", "* * * * *"), job("b", "@every 7s")), script);
    assertThat(found).isEmpty();
  }

  @Test
  void findsAnInstantThatVanishedOnceAndNotAgain() throws Exception {
    List<List<Gap>> found = new ArrayList<>();
    live(
        List.of(job("a", "* * * * *"), job("b", "* * * * *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(5));
          History lossy =
              new Doctored(entry -> {
                Instant due = Instant.ofEpochMilli(entry.dueMillis());
                boolean isLost = due.equals(at("12:02")) || due.equals(at("12:03"));
                return isLost && entry.job().value().equals("a") ? 0 : 1;
              });
          found.add(check.find(scheduler.watched(), lossy, world.millis()));
          world.sleep(Duration.ofMinutes(5));
          found.add(check.find(scheduler.watched(), lossy, world.millis()));
        });
    assertThat(found.getFirst())
        .singleElement()
        .satisfies(gap -> {
          assertThat(gap.job().value()).isEqualTo("a");
          assertThat(gap.missingCount()).isEqualTo(2);
          assertThat(gap.missingMillis().stream().map(Instant::ofEpochMilli))
              .containsExactly(at("12:02"), at("12:03"));
        });
    assertThat(found.getLast()).isEmpty();
  }

  @Test
  void findsTheInstantsOfAJobThatTheSchedulerForgot() throws Exception {
    List<Gap> found = new ArrayList<>();
    live(
        List.of(job("a", "* * * * *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(5));
          Watched known = scheduler.watched().getFirst();
          Watched forgotten =
              new Watched(
                  new JobName("forgotten"),
                  known.schedule(),
                  known.anchorMillis(),
                  known.sinceMillis(),
                  known.era());
          found.addAll(check.find(List.of(known, forgotten), ledger.history(), world.millis()));
        });
    assertThat(found)
        .singleElement()
        .satisfies(gap -> {
          assertThat(gap.job().value()).isEqualTo("forgotten");
          assertThat(gap.missingCount()).isEqualTo(4);
        });
  }

  @Test
  void asksNothingOfASchedulerWhoseStoreIsAway() throws Exception {
    live(
        List.of(job("a", "* * * * *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(2));
          faults.fail("claim", "settle");
          world.sleep(Duration.ofMinutes(3));
          assertThat(scheduler.watched()).isEmpty();
        });
  }

  @Test
  void findsAnInstantThatIsThereTwice() throws Exception {
    List<Gap> found = new ArrayList<>();
    live(
        List.of(job("a", "* * * * *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(5));
          History doubled =
              new Doctored(entry -> entry.dueMillis() == at("12:02").toEpochMilli() ? 2 : 1);
          found.addAll(check.find(scheduler.watched(), doubled, world.millis()));
        });
    assertThat(found)
        .singleElement()
        .satisfies(gap ->
            assertThat(gap.doubleMillis().stream().map(Instant::ofEpochMilli))
                .containsExactly(at("12:02")));
  }

  /// What is on record, with entries left out or doubled.
  private final class Doctored implements History {

    private final ToIntFunction<HistoryEntry> times;
    private final History history = ledger.history();

    /// @param times how often an entry is shown
    Doctored(ToIntFunction<HistoryEntry> times) {
      this.times = times;
    }

    @Override
    public Map<String, String> calendars() {
      return history.calendars();
    }

    @Override
    public void visit(Optional<JobName> job, long nowMillis, Predicate<HistoryEntry> visitor) {
      history.visit(
          job,
          nowMillis,
          entry -> {
            boolean isWanted = true;
            for (int i = 0; isWanted && i < times.applyAsInt(entry); i++) {
              isWanted = visitor.test(entry);
            }
            return isWanted;
          });
    }

    @Override
    public List<BookedJob> book() {
      return history.book();
    }

    @Override
    public List<HistoryEntry> find(String runOrEnd) {
      return history.find(runOrEnd);
    }

    @Override
    public Set<String> handles(RunId run) {
      return history.handles(run);
    }

    @Override
    public OutputPosition output(RunId run, OutputPosition position, OutputReader sink)
        throws IOException {
      return history.output(run, position, sink);
    }

    @Override
    public void close() {
      history.close();
    }
  }
}
