package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import ofelia.config.AroundKeys;
import ofelia.cron.Schedule;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Outcome;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;
import ofelia.time.Signal;
import ofelia.time.SystemTime;
import ofelia.time.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Containers stand still while the work goes on, and go on whatever becomes of it.
@Timeout(60)
class AroundRunnerTest {

  private static final Outcome SUCCESS = new Outcome.Succeeded();

  @TempDir Path folder;
  private FakeContainers engine;
  private Surroundings surroundings;
  private final RecordingSink sink = new RecordingSink();
  private final ManualStop stop = new ManualStop();
  private final Settings.Builder settings = new Settings.Builder();
  private final Work work = new Work();

  @BeforeEach
  void open() throws Exception {
    engine = new FakeContainers(folder.resolve("engine"));
    engine.add("db", "running");
    engine.add("cache", "running");
    engine.add("old", "exited");
    surroundings = new Surroundings(engine.client(), new QuickTime());
    settings.put(AroundKeys.STOP_DURING_RUN, List.of("old", "db"));
    settings.put(AroundKeys.PAUSE_DURING_RUN, List.of("cache"));
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  /// Waits no longer than it must.
  private static final class QuickTime implements Time {
    private final Time time = new SystemTime();

    @Override
    public long millis() {
      return time.millis();
    }

    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public Signal newSignal() {
      Signal signal = time.newSignal();
      return new Signal() {
        @Override
        public void raise() {
          signal.raise();
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
          return signal.await(Duration.ofMillis(2));
        }
      };
    }
  }

  /// A place where a daemon may die: nothing is done after it, as when it is told to leave.
  private interface Moment {
    void pass(String what) throws InterruptedException;
  }

  /// Work that an engine does: it lives on without the daemon, and its end can be told.
  private static final class Work implements Runner {
    Outcome outcome = SUCCESS;
    Runnable doing = () -> {};
    Optional<DeclinedException> declined = Optional.empty();
    Moment moment = _ -> {};
    int begun;
    boolean isDone;
    String wasAt = "";
    List<Trace> traces = new ArrayList<>();

    @Override
    public JobKind kind() {
      return JobKind.RUN;
    }

    @Override
    public String describe(JobSpec job) {
      return "work";
    }

    @Override
    public Outcome run(RunRequest request, RunSink sink, Stop stop)
        throws InterruptedException, NotOursException, DeclinedException {
      if (declined.isPresent()) {
        throw declined.get();
      }
      sink.intend("w" + request.attempt());
      moment.pass("before work");
      begun++;
      sink.started("w" + request.attempt() + " at 1");
      doing.run();
      moment.pass("during work");
      return end(sink);
    }

    private Outcome end(RunSink sink) throws InterruptedException {
      isDone = true;
      sink.ended("w1 ended");
      moment.pass("after work");
      return outcome;
    }

    @Override
    public Finding find(RunRequest request, Trace trace) {
      traces.add(trace);
      return begun == 0 ? new Finding.NotBegun() : new Finding.Found();
    }

    @Override
    public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
        throws InterruptedException {
      traces.add(trace);
      doing.run();
      return end(sink);
    }

    @Override
    public boolean canStop() {
      return true;
    }

    @Override
    public boolean canOutlive() {
      return true;
    }
  }

  private RunRequest request(int run) throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("j"),
            JobKind.RUN,
            "ini",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            settings.build(),
            Origin.of("test"),
            List.of());
    return new RunRequest(RunId.of(1, run), job, Instant.EPOCH, Cause.SCHEDULE, 1);
  }

  private Outcome run() throws Exception {
    return surroundings.around(work).run(request(1), sink, stop);
  }

  private List<String> marks() {
    return sink.events.stream()
        .filter(event -> event.startsWith("mark "))
        .map(event -> event.substring(5).replaceAll("\\d+\\.\\d s", "N s"))
        .toList();
  }

  private String states() {
    return engine.of("db").status + " " + engine.of("cache").status + " " + engine.of("old").status;
  }

  /// What the ledger has of the run.
  private Trace trace() {
    return trace(sink.events);
  }

  private static Trace trace(List<String> events) {
    String intent = "";
    Optional<String> started = Optional.empty();
    for (String event : List.copyOf(events)) {
      if (event.startsWith("intend ")) {
        intent = event.substring(7);
        started = Optional.empty();
      } else if (event.startsWith("started ") || event.startsWith("ended ")) {
        started = Optional.of(event.substring(event.indexOf(' ') + 1));
      }
    }
    return new Trace(intent, started);
  }

  // ---- the ordinary course -------------------------------------------------------------------

  @Test
  void stopsAndPausesBeforeTheWorkAndGoesBackInTheOppositeOrder() throws Exception {
    work.doing = () -> work.wasAt = states();
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(work.wasAt).isEqualTo("exited paused exited");
    assertThat(engine.calls())
        .containsExactly("stop db", "pause cache", "unpause cache", "start db");
    assertThat(marks())
        .containsExactly(
            "old is exited already, and stays so",
            "stopped db, N s",
            "paused cache, N s",
            "unpaused cache again, N s",
            "started db again, N s");
    assertThat(sink.warnings).isEmpty();
  }

  @Test
  void aJobWithNothingAroundItIsRunAsItIs() throws Exception {
    settings.put(AroundKeys.STOP_DURING_RUN, List.of());
    settings.put(AroundKeys.PAUSE_DURING_RUN, List.of());
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(sink.events).containsExactly("intend w1", "started w1 at 1", "ended w1 ended");
    assertThat(surroundings.around(work).find(request(1), trace()))
        .isInstanceOf(Finding.Found.class);
    assertThat(work.traces).containsExactly(trace());
  }

  @Test
  void whatIsToBeChangedIsOnRecordBeforeItIsChanged() throws Exception {
    List<String> intents = new ArrayList<>();
    engine.moment =
        what -> intents.add(what + ": " + AroundHandle.of(trace()).orElseThrow().halts().size());
    run();
    assertThat(intents)
        .contains("before stop db: 2", "before pause cache: 2", "before start db: 2");
  }

  @Test
  void aContainerThatStartsAnewBeforeItsTurnIsOnRecordByItsLastStart() throws Exception {
    engine.add("slow", "running");
    settings.put(AroundKeys.STOP_DURING_RUN, List.of("slow", "db"));
    List<String> onRecord = new ArrayList<>();
    engine.moment =
        what -> {
          if (what.equals("after stop slow")) {
            engine.change("stop", "db");
            engine.change("start", "db");
          } else if (what.equals("before stop db")) {
            AroundHandle.of(trace()).orElseThrow().halts().forEach(h -> onRecord.add(h.started()));
          }
        };
    String started = engine.of("db").started;
    work.doing = () -> work.wasAt = states();
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(onRecord).hasSize(3).doesNotContain(started);
    assertThat(work.wasAt).isEqualTo("exited paused exited");
    assertThat(states()).isEqualTo("running running exited");
  }

  @Test
  void aContainerThatSomebodyStopsBeforeItsTurnStaysStopped() throws Exception {
    engine.add("slow", "running");
    settings.put(AroundKeys.STOP_DURING_RUN, List.of("slow", "db"));
    List<String> onRecord = new ArrayList<>();
    engine.moment =
        what -> {
          if (what.equals("after stop slow")) {
            engine.change("stop", "db");
          } else if (what.equals("before pause cache")) {
            AroundHandle.of(trace()).orElseThrow().halts().forEach(h -> onRecord.add(h.name()));
          }
        };
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(onRecord).containsExactly("slow", "cache");
    assertThat(marks()).contains("db is exited already, and stays so");
    assertThat(engine.of("slow").status + " " + states())
        .isEqualTo("running exited running exited");
  }

  @Test
  void aContainerWhoseTurnNeverCameIsLeftAsSomebodyElseHasStoppedIt() throws Exception {
    engine.add("slow", "running");
    settings.put(AroundKeys.STOP_DURING_RUN, List.of("slow", "db"));
    engine.moment =
        what -> {
          if (what.equals("after stop slow")) {
            engine.change("stop", "db");
            stop.request(Duration.ZERO);
          }
        };
    assertThat(run()).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(engine.calls()).containsExactly("stop slow", "start slow");
    assertThat(states()).isEqualTo("exited running exited");
  }

  @Test
  void theTimeLimitStandsStillDuringTheSteps() throws Exception {
    work.doing = () -> sink.mark("at work");
    run();
    assertThat(sink.events.stream().filter(e -> e.matches("aside|work|mark at work")))
        .containsExactly("aside", "work", "mark at work", "aside", "work");
  }

  @Test
  void aContainerIsGivenTheTimeThatTheJobSaysOrItsOwn() throws Exception {
    run();
    settings.put(AroundKeys.STOP_DURING_RUN_TIMEOUT, Duration.ofSeconds(90));
    run();
    assertThat(engine.calls()).contains("stop db", "stop db 90");
  }

  @Test
  void containersAreFoundByServiceAndLabel() throws Exception {
    engine.add("shop-web-2", "running").labels.put("com.docker.compose.service", "web");
    engine.add("shop-web-1", "running").labels.put("com.docker.compose.service", "web");
    engine.add("worker", "running").labels.put("role", "worker");
    settings.put(AroundKeys.STOP_DURING_RUN, List.of("service:web", "label:role=worker"));
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(engine.calls())
        .startsWith("stop shop-web-1", "stop shop-web-2", "stop worker", "pause cache")
        .endsWith("start worker", "start shop-web-2", "start shop-web-1");
  }

  @Test
  void theRunGoesOnUntilTheContainersAreHealthyAgain() throws Exception {
    settings.put(AroundKeys.HEALTHY_AFTER_RUN, Duration.ofMillis(300));
    engine.of("db").health = "healthy";
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(marks()).last().isEqualTo("db is healthy, N s");
    engine.of("db").health = "starting";
    assertThat(run())
        .isEqualTo(
            new Outcome.Broke(
                "the work succeeded, but container \"db\" is not healthy (starting) 0 s after it was"
                    + " started again"));
    assertThat(states()).isEqualTo("running running exited");
  }

  // ---- when something goes wrong -------------------------------------------------------------

  @Test
  void whateverTheWorkComesToTheContainersGoOn() throws Exception {
    for (Outcome outcome :
        List.of(
            new Outcome.Failed(3, "exit code 3"),
            new Outcome.Cancelled("somebody"),
            new Outcome.Broke("no image"))) {
      work.outcome = outcome;
      assertThat(run()).isEqualTo(outcome);
      assertThat(states()).isEqualTo("running running exited");
    }
    work.declined = Optional.of(DeclinedException.skipped("not today"));
    assertThatThrownBy(this::run).isSameAs(work.declined.get());
    assertThat(states()).isEqualTo("running running exited");
    work.declined = Optional.empty();
    work.doing =
        () -> {
          throw new IllegalStateException("a defect");
        };
    assertThatThrownBy(this::run).hasMessage("a defect");
    assertThat(states()).isEqualTo("running running exited");
    sink.isTakenAway = true;
    assertThatThrownBy(this::run).isInstanceOf(NotOursException.class);
    assertThat(states()).isEqualTo("running running exited");
  }

  @Test
  void theWorkDoesNotBeginWhereAContainerIsMissingOrRefusesOrMustNotBeStopped() throws Exception {
    engine.refused.add("pause cache");
    assertThat(run())
        .isInstanceOf(Outcome.Broke.class)
        .extracting(Outcome::reason)
        .asString()
        .isEqualTo(
            "the work was not begun: cannot pause container \"cache\": driver failed programming"
                + " external connectivity");
    assertThat(engine.calls()).containsExactly("stop db", "start db");
    engine.refused.clear();

    settings.put(AroundKeys.PAUSE_DURING_RUN, List.of("none"));
    assertThat(run().reason())
        .isEqualTo(
            "the work was not begun: there is no container \"none\"; create it, or correct"
                + " pause-during-run");
    settings.put(AroundKeys.PAUSE_DURING_RUN, List.of());

    engine.of("db").isRemovedAtItsEnd = true;
    assertThat(run().reason())
        .contains("cannot stop container \"db\": it is removed when it stops");
    engine.of("db").isRemovedAtItsEnd = false;

    engine.of("db").labels.put("ofelia.service", "true");
    assertThat(run().reason()).contains("\"db\" is Ofelia's own");
    engine.of("db").labels.clear();

    engine.change("pause", "db");
    assertThat(run().reason()).contains("cannot stop container \"db\": it is paused; unpause it");
    assertThat(work.begun).isZero();
    assertThat(engine.calls()).containsExactly("stop db", "start db");
  }

  @Test
  void whoStopsARunBeforeItsWorkStopsTheStepsAsWell() throws Exception {
    engine.moment =
        what -> {
          if (what.equals("after stop db")) {
            stop.request(Duration.ZERO);
          }
        };
    assertThat(run()).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(work.begun).isZero();
    assertThat(engine.calls()).containsExactly("stop db", "start db");
  }

  @Test
  void aContainerThatCannotBeStartedIsSaidLoudlyAndTriedAgainByTheNextRun() throws Exception {
    engine.refused.add("start db");
    assertThat(run())
        .isInstanceOf(Outcome.Broke.class)
        .extracting(Outcome::reason)
        .asString()
        .startsWith("the work succeeded, but container \"db\" could not be started again: ")
        .contains("driver failed");
    assertThat(sink.warnings).hasSize(1);
    assertThat(engine.of("cache").status).isEqualTo("running");
    work.outcome = new Outcome.Failed(3, "exit code 3");
    assertThat(run())
        .isInstanceOf(Outcome.Failed.class)
        .extracting(Outcome::reason)
        .asString()
        .startsWith("exit code 3; container \"db\" could not");
    engine.refused.clear();
    work.outcome = SUCCESS;
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("running running exited");
  }

  @Test
  void whatSomebodyElseDidMeanwhileStays() throws Exception {
    work.doing =
        () -> {
          engine.change("start", "db");
          engine.change("stop", "db");
          engine.remove("cache");
        };
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(engine.of("db").status).isEqualTo("exited");
    assertThat(marks()).contains("db was started by somebody else", "cache was removed meanwhile");
  }

  @Test
  void aStoreThatIsAwayDoesNotKeepTheContainersDown() throws Exception {
    work.doing = () -> sink.isStoreAway = true;
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("running running exited");
    assertThat(inOrder())
        .containsExactly(
            "mark unpaused cache", "mark started db", "ended of the work", "ended after all");
    sink.events.clear();
    engine.refused.add("pause cache");
    assertThat(run()).isInstanceOf(Outcome.Broke.class);
    assertThat(inOrder()).containsExactly("mark started db", "ended before the work");
  }

  @Test
  void workThatCannotBePutOnRecordIsNotBegunAndDoesNotKeepTheContainersDown() throws Exception {
    sink.onMark = text -> sink.isStoreAway = text.startsWith("paused cache");
    work.doing = () -> work.wasAt = states();
    assertThat(run()).isEqualTo(new Outcome.Broke(AWAY));
    assertThat(work.begun).isZero();
    assertThat(states()).isEqualTo("running running exited");
    assertThat(engine.calls())
        .containsExactly("stop db", "pause cache", "unpause cache", "start db");

    // What an earlier attempt has left does not count against the next.
    sink.isStoreAway = false;
    sink.onMark = _ -> {};
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(work.wasAt).isEqualTo("exited paused exited");
    assertThat(states()).isEqualTo("running running exited");
  }

  private static final String AWAY =
      "the work was not begun: the store could not be written for 15 s, and containers do not stand"
          + " still for longer";

  @Test
  void aChangeThatCannotBePutOnRecordEndsTheSteps() throws Exception {
    engine.add("slow", "running");
    settings.put(AroundKeys.STOP_DURING_RUN, List.of("slow", "db"));
    engine.moment =
        what -> {
          if (what.equals("after stop slow")) {
            engine.change("stop", "db");
            engine.change("start", "db");
            sink.isStoreAway = true;
          }
        };
    assertThat(run()).isEqualTo(new Outcome.Broke(AWAY));
    assertThat(work.begun).isZero();
    assertThat(engine.calls()).containsExactly("stop slow", "start slow");
    assertThat(engine.of("slow").status + " " + states())
        .isEqualTo("running running running exited");
  }

  @Test
  void whatAnotherRunHasStoppedDoesNotStayDownForARunThatWaitsForTheStore() throws Exception {
    RecordingSink mine = new RecordingSink();
    mine.isStoreAway = true;
    List<Outcome> others = new ArrayList<>();
    work.doing =
        () -> {
          try {
            work.doing = () -> {};
            others.add(surroundings.around(work).run(request(2), mine, new ManualStop()));
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        };
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(others).containsExactly(new Outcome.Broke(AWAY));
    assertThat(work.begun).isEqualTo(1);
    assertThat(states()).isEqualTo("running running exited");
  }

  private List<String> inOrder() {
    List<String> order = new ArrayList<>();
    for (String event : sink.events) {
      if (event.startsWith("ended ")) {
        AroundHandle handle = AroundHandle.parse(event.substring(6)).orElseThrow();
        order.add(
            handle.end().isEmpty()
                ? "ended of the work"
                : handle.isUncertain() ? "ended before the work" : "ended after all");
      } else if (event.contains(" again, ")) {
        order.add(event.substring(0, event.indexOf(" again")));
      }
    }
    return order;
  }

  @Test
  void aDefectBeforeTheWorkLeavesNothingStopped() throws Exception {
    sink.onMark =
        text -> {
          if (text.startsWith("stopped db")) {
            throw new IllegalStateException("a defect");
          }
        };
    assertThatThrownBy(this::run).hasMessage("a defect");
    assertThat(states()).isEqualTo("running running exited");
    sink.onMark = _ -> {};
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("running running exited");
  }

  @Test
  void whatStayedPausedMayBeStoppedOnceSomebodyHasUnpausedIt() throws Exception {
    engine.refused.add("unpause cache");
    assertThat(run().reason()).contains("container \"cache\" could not be unpaused again");
    engine.refused.clear();
    settings.put(AroundKeys.STOP_DURING_RUN, List.of("cache"));
    settings.put(AroundKeys.PAUSE_DURING_RUN, List.of());
    assertThat(run().reason())
        .contains("cannot stop container \"cache\": it is paused; unpause it");
    engine.change("unpause", "cache");
    work.doing = () -> work.wasAt = states();
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(work.wasAt).isEqualTo("running exited exited");
    assertThat(states()).isEqualTo("running running exited");
  }

  // ---- two runs ------------------------------------------------------------------------------

  @Test
  void aContainerThatTwoRunsNeedGoesOnWhenTheLastOfThemHasEnded() throws Exception {
    CountDownLatch isAtWork = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Work longer = new Work();
    longer.doing =
        () -> {
          isAtWork.countDown();
          await(mayEnd);
        };
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    RecordingSink its = new RecordingSink();
    RunRequest second = request(2);
    Thread other =
        Thread.startVirtualThread(() -> {
          try {
            outcome.set(surroundings.around(longer).run(second, its, new ManualStop()));
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    await(isAtWork);
    assertThat(run()).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("exited paused exited");
    assertThat(marks()).contains("db stays stopped: another run needs that");
    mayEnd.countDown();
    other.join();
    assertThat(outcome.get()).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("running running exited");
    assertThat(engine.calls())
        .containsExactly("stop db", "pause cache", "unpause cache", "start db");
  }

  @Test
  void aRunThatWouldPauseWhatAnotherHasStoppedNeedsItToStayStopped() throws Exception {
    CountDownLatch isAtWork = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Work longer = new Work();
    longer.doing =
        () -> {
          isAtWork.countDown();
          await(mayEnd);
        };
    RunRequest first = request(1);
    settings.put(AroundKeys.STOP_DURING_RUN, List.of());
    settings.put(AroundKeys.PAUSE_DURING_RUN, List.of("db"));
    RunRequest second = request(2);
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Thread[] other = new Thread[1];
    work.doing =
        () -> {
          other[0] =
              Thread.startVirtualThread(() -> {
                try {
                  Runner runner = surroundings.around(longer);
                  outcome.set(runner.run(second, new RecordingSink(), new ManualStop()));
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
          await(isAtWork);
        };
    assertThat(surroundings.around(work).run(first, sink, stop)).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("exited running exited");
    mayEnd.countDown();
    other[0].join();
    assertThat(outcome.get()).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("running running exited");
  }

  @Test
  void aRunThatIsAskedAboutAgainStillSharesItsContainers() throws Exception {
    Work lost = new Work();
    Trace left = dieAtWork(lost, 1);
    lost.begun = 0;
    surroundings = new Surroundings(engine.client(), new QuickTime());
    Runner one = surroundings.around(lost);
    one.foresee(request(1), left);
    engine.refused.add("inspect db");
    assertThatThrownBy(() -> one.find(request(1), left)).isInstanceOf(TryLaterException.class);
    engine.refused.clear();
    RunRequest first = request(1);
    work.doing =
        () -> {
          try {
            assertThat(one.find(first, left)).isInstanceOf(Finding.NotBegun.class);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          work.wasAt = states();
        };
    assertThat(surroundings.around(work).run(request(2), sink, stop)).isEqualTo(SUCCESS);
    assertThat(work.wasAt).isEqualTo("exited paused exited");
    assertThat(states()).isEqualTo("running running exited");
  }

  @Test
  void twoRunsThatAnEarlierStartLeftShareAContainerAsBefore() throws Exception {
    Work first = new Work();
    Work second = new Work();
    Trace ofFirst = dieAtWork(first, 1);
    Trace ofSecond = dieAtWork(second, 2);
    surroundings = new Surroundings(engine.client(), new QuickTime());
    Runner one = surroundings.around(first);
    Runner two = surroundings.around(second);
    one.foresee(request(1), ofFirst);
    two.foresee(request(2), ofSecond);
    assertThat(one.find(request(1), ofFirst)).isInstanceOf(Finding.Found.class);
    assertThat(one.resume(request(1), ofFirst, sink, stop)).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("exited paused exited");
    second.begun = 0;
    assertThat(two.find(request(2), ofSecond)).isInstanceOf(Finding.NotBegun.class);
    assertThat(states()).isEqualTo("running running exited");
  }

  private Trace dieAtWork(Work dying, int number) throws Exception {
    RecordingSink its = new RecordingSink();
    dying.moment =
        what -> {
          if (what.equals("during work")) {
            throw new InterruptedException("died");
          }
        };
    assertThatThrownBy(() -> surroundings.around(dying).run(request(number), its, new ManualStop()))
        .isInstanceOf(InterruptedException.class);
    dying.moment = _ -> {};
    return trace(its.events);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- when the daemon dies ------------------------------------------------------------------

  /// Once for each moment: the daemon dies there, the next start mends, and the run, if it had not
  /// begun, runs again.
  ///
  /// @param isLate whether what the engine heard last before the death is done only after the next
  ///   start has looked
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whicheverMomentTheDaemonDiesAtItsNextStartPutsEverythingBack(boolean isLate)
      throws Exception {
    List<String> survived = new ArrayList<>();
    for (int moment = 1; ; moment++) {
      Optional<String> died = dieAt(moment, isLate);
      if (died.isEmpty()) {
        break;
      }
      survived.add(died.get());
      assertThat(states()).as("after a death %s", died.get()).isEqualTo("running running exited");
      assertThat(work.isDone).as(died.get()).isTrue();
      assertThat(work.begun).as("times that the work began, %s", died.get()).isEqualTo(1);
    }
    assertThat(survived)
        .contains(
            "before intent",
            "after intent",
            "before stop db",
            "after stop db",
            "before pause cache",
            "before work",
            "during work",
            "after work",
            "after end",
            "after unpause cache",
            "before start db",
            "after start db");
  }

  /// @return the moment; empty when there are not as many
  private Optional<String> dieAt(int number, boolean isLate) throws Exception {
    work.begun = 0;
    work.isDone = false;
    surroundings = new Surroundings(engine.client(), new QuickTime());
    AtomicReference<String> at = new AtomicReference<>();
    int[] seen = {0};
    RecordingSink[] ledger = {new RecordingSink()};
    Thread[] daemon = new Thread[1];
    Moment inDaemon =
        what -> {
          if (at.get() == null && ++seen[0] == number) {
            at.set(what);
            throw new InterruptedException("died");
          }
        };
    engine.moment =
        what -> {
          if (at.get() == null && ++seen[0] == number) {
            at.set(what);
            engine.nextIsLate = isLate && what.startsWith("before");
            daemon[0].interrupt();
            sleep();
          } else if (at.get() != null) {
            throw new AssertionError("after the death " + what);
          }
        };
    work.moment = inDaemon;
    RunSink dying = new DyingSink(ledger[0], inDaemon);
    RunRequest request = request(7);
    daemon[0] =
        new Thread(() -> {
          try {
            surroundings.around(work).run(request, dying, stop);
          } catch (InterruptedException _) {
            // As the test wants it.
          } catch (NotOursException | DeclinedException e) {
            throw new AssertionError(e);
          }
        });
    daemon[0].start();
    daemon[0].join();
    engine.moment = _ -> {};
    work.moment = _ -> {};
    mend(request, ledger[0]);
    return Optional.ofNullable(at.get());
  }

  /// In the engine, while its caller is being ended.
  private static void sleep() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void mend(RunRequest request, RecordingSink ledger) throws Exception {
    surroundings = new Surroundings(engine.client(), new QuickTime());
    Runner next = surroundings.around(work);
    Trace left = trace(ledger.events);
    if (left.intent().isEmpty()) {
      assertThat(next.run(request, ledger, stop)).isEqualTo(SUCCESS);
      return;
    }
    next.foresee(request, left);
    switch (next.find(request, left)) {
      case Finding.Found() ->
          assertThat(next.resume(request, left, ledger, stop)).isEqualTo(SUCCESS);
      case Finding.NotBegun() -> {
        assertThat(states()).isEqualTo("running running exited");
        assertThat(next.run(request, ledger, stop)).isEqualTo(SUCCESS);
      }
      case Finding.Unstarted(_), Finding.Lost(_) -> throw new AssertionError("not this work");
    }
  }

  /// A ledger whose daemon dies before or after it has written something.
  private static final class DyingSink implements RunSink {
    private final RecordingSink ledger;
    private final Moment moment;

    DyingSink(RecordingSink ledger, Moment moment) {
      this.ledger = ledger;
      this.moment = moment;
    }

    @Override
    public void intend(String handle) throws NotOursException, InterruptedException {
      moment.pass("before intent");
      ledger.intend(handle);
      moment.pass("after intent");
    }

    @Override
    public void started(String handle) {
      ledger.started(handle);
    }

    @Override
    public void ended(String handle) throws InterruptedException {
      moment.pass("before end");
      ledger.ended(handle);
      moment.pass("after end");
    }

    @Override
    public void output(ofelia.model.OutputChannel channel, byte[] bytes, int offset, int length) {}

    @Override
    public void rewind() {}

    @Override
    public void mark(String text) {}

    @Override
    public void warn(String text) {}

    @Override
    public Aside aside() {
      return () -> {};
    }
  }

  @Test
  void aRunThatIsLeftKeepsItsContainersAsTheyAre() throws Exception {
    work.moment =
        what -> {
          if (what.equals("during work")) {
            throw new InterruptedException("died");
          }
        };
    assertThatThrownBy(this::run).isInstanceOf(InterruptedException.class);
    assertThat(states()).isEqualTo("exited paused exited");
  }

  @Test
  void lostWorkThatCannotBeFollowedByItsContainersSaysBoth() throws Exception {
    Trace left = dieAtWork(work, 1);
    engine.refused.add("start db");
    surroundings = new Surroundings(engine.client(), new QuickTime());
    work.begun = 0;
    assertThat(surroundings.around(work).find(request(1), left))
        .isInstanceOfSatisfying(
            Finding.Lost.class,
            lost -> assertThat(lost.why()).contains("container \"db\" could not be started again"));
    engine.refused.clear();
    assertThat(surroundings.around(work).run(request(2), sink, stop)).isEqualTo(SUCCESS);
    assertThat(states()).isEqualTo("running running exited");
  }

  @Test
  void aStopThatIsStillAtWorkIsAwaitedAlsoWhereItIsOnRecordThatTheWorkWasNotBegun()
      throws Exception {
    List<Halt> halts =
        List.of(new Halt(Halt.Way.STOP, engine.of("db").id, "db", engine.of("db").started));
    Outcome broke = new Outcome.Broke("the connection broke");
    AroundHandle before = AroundHandle.before(halts);
    Trace notBegun = new Trace(before.write(), Optional.of(before.ended(broke).write()));
    engine.nextIsLate = true;
    var _ =
        engine.client().containers().stop(halts.getFirst().id(), Optional.empty(), Asking.soon());
    Runner next = surroundings.around(work);
    next.foresee(request(1), notBegun);
    assertThat(next.find(request(1), notBegun)).isInstanceOf(Finding.Found.class);
    assertThat(next.resume(request(1), notBegun, sink, stop)).isEqualTo(broke);
    assertThat(states()).isEqualTo("running running exited");
  }

  @Test
  void aContainerIsNotStoppedAgainAfterTheWork() throws Exception {
    run();
    Trace left = trace();
    engine.calls.clear();
    Runner next = surroundings.around(work);
    assertThat(next.resume(request(1), left, sink, stop)).isEqualTo(SUCCESS);
    engine.of("db").started = AroundHandle.of(left).orElseThrow().halts().getFirst().started();
    assertThat(next.resume(request(1), left, sink, stop)).isEqualTo(SUCCESS);
    assertThat(engine.calls()).isEmpty();
  }

  @Test
  void handlesReadBackAsTheyWereWritten() {
    List<Halt> halts =
        List.of(
            new Halt(Halt.Way.STOP, "a1", "shop-db-1", "2026-11-23T20:15:00.000000001Z"),
            new Halt(Halt.Way.PAUSE, "b2", "odd, name; = %", ""));
    for (Outcome end :
        List.of(
            SUCCESS,
            new Outcome.Failed(-1, "a, b; c=d 100 %\n"),
            new Outcome.Cancelled("somebody"),
            new Outcome.Broke("no"))) {
      AroundHandle handle = AroundHandle.before(halts).of("x\ny end=1 z").ended(end);
      assertThat(AroundHandle.parse(handle.write())).contains(handle);
      AroundHandle after = AroundHandle.after(halts, end);
      assertThat(AroundHandle.parse(after.write())).contains(after);
      assertThat(after.isUncertain()).isFalse();
    }
    assertThat(AroundHandle.parse(AroundHandle.before(halts).write()))
        .contains(AroundHandle.before(halts));
    AroundHandle none = AroundHandle.before(List.of());
    assertThat(AroundHandle.parse(none.write())).contains(none);
    assertThat(AroundHandle.parse("0123abc since=1 before=2")).isEmpty();
    List<Halt> most =
        java.util.stream.IntStream.range(0, AroundTargets.MOST)
            .mapToObj(
                i -> new Halt(Halt.Way.PAUSE, "f".repeat(64), "n".repeat(300), "2".repeat(35)))
            .toList();
    assertThat(AroundHandle.before(most).write().length()).isLessThan(3_000);
  }
}
