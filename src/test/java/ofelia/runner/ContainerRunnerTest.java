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
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import ofelia.config.ActionKeys;
import ofelia.config.AroundKeys;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.TargetKeys;
import ofelia.cron.Schedule;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.runner.ActionHandle.Before;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.time.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What stands still for a run is let be by jobs about containers, and is theirs again afterwards.
@Timeout(60)
class ContainerRunnerTest {

  private static final Outcome SUCCESS = new Outcome.Succeeded();
  private static final String WEB = "com.example.service";

  @TempDir Path folder;
  private final Time time = new SystemTime();
  private final RecordingSink sink = new RecordingSink();
  private FakeContainers engine;
  private Surroundings surroundings;

  @BeforeEach
  void open() throws Exception {
    engine = new FakeContainers(folder.resolve("engine"));
    engine.add("db", "running").labels.put(WEB, "web");
    engine.add("old", "exited");
    surroundings = new Surroundings(engine.client(), time);
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  /// Work during which something else happens.
  private record During(Callable<?> doing) implements Runner {

    @Override
    public JobKind kind() {
      return JobKind.RUN;
    }

    @Override
    public String describe(JobSpec job) {
      return "work";
    }

    @Override
    public Outcome run(RunRequest request, RunSink sink, Stop stop) {
      try {
        doing.call();
        return SUCCESS;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Finding find(RunRequest request, Trace trace) {
      return new Finding.NotBegun();
    }

    @Override
    public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop) {
      throw new AssertionError("nothing is taken up");
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

  private static RunRequest request(int run, JobKind kind, Settings.Builder settings)
      throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("j"),
            kind,
            "ini",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            settings.build(),
            Origin.of("test"),
            List.of());
    return new RunRequest(RunId.of(1, run), job, Instant.EPOCH, Cause.SCHEDULE, 1);
  }

  /// A run for which the database is stopped.
  private void backUp(Callable<?> doing) throws Exception {
    var settings = new Settings.Builder().put(AroundKeys.STOP_DURING_RUN, List.of("db"));
    Outcome outcome =
        surroundings
            .around(new During(doing))
            .run(request(1, JobKind.RUN, settings), new RecordingSink(), new ManualStop());
    assertThat(outcome).isEqualTo(SUCCESS);
    assertThat(engine.of("db").status).isEqualTo("running");
  }

  private ContainerRunner runner() {
    return new ContainerRunner(engine.client(), surroundings, time, new SystemCrew());
  }

  private Outcome act(Settings.Builder settings) throws Exception {
    return runner().run(request(2, JobKind.CONTAINER, settings), sink, new ManualStop());
  }

  private static Settings.Builder action(String action) {
    return new Settings.Builder().put(ActionKeys.ACTION, action);
  }

  private static Settings.Builder onDatabase(String action) {
    return action(action).put(ContainerKeys.CONTAINER, "db");
  }

  private static Settings.Builder pruning(String... unused) {
    return action(ActionKeys.Action.PRUNE).put(ActionKeys.PRUNE, List.of(unused));
  }

  /// The engine may have been asked before the daemon died, and takes nothing back.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void saysThatTheEngineMayGoOnWithWhatWasTakenUpAndStopped(boolean isStoppedAtOnce)
      throws Exception {
    RunRequest request = request(2, JobKind.CONTAINER, onDatabase("restart"));
    Before before = new Before(FakeContainers.idOf("db"), engine.of("db").started, "-");
    ActionHandle handle =
        new ActionHandle(
            ContainerAction.RESTART, time.now(), Duration.ofMinutes(1), List.of(before));
    Trace trace = new Trace(handle.write(), Optional.empty());
    ManualStop stop = new ManualStop();
    if (isStoppedAtOnce) {
      stop.request(Duration.ZERO);
    } else {
      Thread.ofVirtual().start(() -> stopSoon(stop));
    }
    Outcome outcome =
        new ContainerRunner(engine.client(), surroundings, time, new SystemCrew())
            .resume(request, trace, sink, stop);
    assertThat(outcome).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(sink.events)
        .containsExactly(
            "mark stopped while the engine was asked to restart container \"db\", and may go on with"
                + " that");
    assertThat(engine.calls()).isEmpty();
  }

  private static void stopSoon(ManualStop stop) {
    try {
      Thread.sleep(300);
      stop.request(Duration.ZERO);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"restart", "start", "stop"})
  void doesNothingToAContainerThatStandsStillForARun(String action) throws Exception {
    backUp(() -> {
      assertThat(act(onDatabase(action)))
          .isEqualTo(
              new Outcome.Broke(
                  "cannot "
                      + action
                      + " container \"db\": it stands still for run "
                      + RunId.of(1, 1)));
      return assertThat(engine.of("db").status).isEqualTo("exited");
    });
    assertThat(engine.calls()).containsExactly("stop db", "start db");
    assertThat(act(onDatabase(action))).isEqualTo(SUCCESS);
  }

  @Test
  void isSkippedForSuchAContainerWhereTheJobSaysSo() throws Exception {
    var settings =
        onDatabase("restart").put(TargetKeys.WHEN_UNAVAILABLE, TargetKeys.WhenUnavailable.SKIP);
    backUp(() ->
        assertThatThrownBy(() -> act(settings))
            .isInstanceOf(DeclinedException.class)
            .hasMessageContaining("stands still for run"));
  }

  /// Its run was begun by an earlier start of the daemon, which died before the engine had done it.
  @Test
  void isTakenUpOnlyWhenNoRunKeepsItsContainerAtAStandstillAnyMore() throws Exception {
    var before = new ActionHandle.Before(engine.of("db").id, engine.of("db").started, "-");
    var handle =
        new ActionHandle(
            ContainerAction.RESTART, time.now(), Duration.ofMinutes(1), List.of(before));
    var trace = new Trace(handle.write(), Optional.empty());
    var taken =
        new FutureTask<>(() ->
            runner()
                .resume(
                    request(2, JobKind.CONTAINER, onDatabase("restart")),
                    trace,
                    sink,
                    new ManualStop()));
    backUp(() -> {
      Thread.ofVirtual().start(taken);
      for (int i = 0; i < 500 && sink.warnings.isEmpty(); i++) {
        Thread.sleep(10);
      }
      assertThat(sink.warnings).singleElement().asString().contains("stands still for another run");
      return assertThat(engine.of("db").status).isEqualTo("exited");
    });
    assertThat(taken.get(20, TimeUnit.SECONDS)).isEqualTo(SUCCESS);
    assertThat(engine.calls()).containsExactly("stop db", "start db");
  }

  @Test
  void isNotTakenUpWhenItIsStoppedWhileItWaits() throws Exception {
    var before = new ActionHandle.Before(engine.of("db").id, engine.of("db").started, "-");
    var handle =
        new ActionHandle(ContainerAction.STOP, time.now(), Duration.ofMinutes(1), List.of(before));
    var trace = new Trace(handle.write(), Optional.empty());
    var stop = new ManualStop();
    var taken =
        new FutureTask<>(() ->
            runner().resume(request(2, JobKind.CONTAINER, onDatabase("stop")), trace, sink, stop));
    backUp(() -> {
      Thread.ofVirtual().start(taken);
      for (int i = 0; i < 500 && sink.warnings.isEmpty(); i++) {
        Thread.sleep(10);
      }
      assertThat(sink.warnings).isNotEmpty();
      stop.request(Duration.ZERO);
      return assertThat(taken.get(20, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.Cancelled("the test"));
    });
    assertThat(engine.calls()).containsExactly("stop db", "start db");
  }

  @Test
  void picksAReplicaThatDoesNotStandStill() throws Exception {
    engine.add("web-2", "exited").labels.put(WEB, "web");
    var one = action("start").put(TargetKeys.TARGET_LABEL, List.of(WEB + "=web"));
    var all =
        action("start")
            .put(TargetKeys.TARGET_LABEL, List.of(WEB + "=web"))
            .put(TargetKeys.SELECT, TargetKeys.Select.ALL);
    backUp(() -> {
      assertThat(act(all)).isInstanceOf(Outcome.Broke.class);
      return assertThat(act(one)).isEqualTo(SUCCESS);
    });
    assertThat(engine.calls()).containsExactly("stop db", "start web-2", "start db");
  }

  @Test
  void prunesNeitherAContainerThatStandsStillNorItsNetworks() throws Exception {
    backUp(() -> assertThat(act(pruning("containers", "networks"))).isEqualTo(SUCCESS));
    assertThat(engine.calls()).containsExactly("stop db", "remove old", "start db");
    assertThat(sink.text(OutputChannel.STDOUT))
        .contains(
            "container db stands still for a run, and stays",
            "1 container removed",
            "networks are not pruned");
    act(pruning("networks"));
    assertThat(engine.calls()).endsWith("start db", "prune networks");
  }

  @Test
  void actsOnAContainerThatSomebodyHasStartedMeanwhile() throws Exception {
    backUp(() -> {
      engine.change("start", "db");
      assertThat(act(pruning("networks"))).isEqualTo(SUCCESS);
      assertThat(act(onDatabase("pause"))).isEqualTo(SUCCESS);
      return assertThat(act(onDatabase("unpause"))).isEqualTo(SUCCESS);
    });
    assertThat(engine.calls())
        .containsExactly("stop db", "prune networks", "pause db", "unpause db");
  }

  @Test
  void prunesNoNetworksWhileAContainerIsStoppedOrStarted() throws Exception {
    List<Boolean> answers = new ArrayList<>();
    engine.moment = _ -> answers.add(surroundings.halts.beginAlone(Set.of()));
    backUp(() -> answers.add(surroundings.halts.beginAlone(Set.of())));
    act(onDatabase("stop"));
    assertThat(answers).hasSize(7).containsOnly(false);
    assertThat(surroundings.halts.beginAlone(Set.of())).isTrue();
    assertThat(surroundings.halts.begin(List.of("db"), () -> true)).isFalse();
    assertThat(surroundings.halts.beginAlone(Set.of())).isFalse();
    surroundings.halts.endAlone();
    assertThat(surroundings.halts.begin(List.of("db"), () -> false)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"stop, stop db, exited", "restart, restart db 10, running"})
  void letsWhatIsPausedGoOnWhereTheEngineDoesNotStopItOtherwise(
      String action, String call, String after) throws Exception {
    engine.change("pause", "db");
    String started = engine.of("db").started;
    engine.isStrict = true;
    assertThat(act(onDatabase(action))).isEqualTo(SUCCESS);
    assertThat(engine.calls()).containsExactly("unpause db", call);
    assertThat(engine.of("db").status).isEqualTo(after);
    assertThat(engine.of("db").started.equals(started)).isEqualTo(action.equals("stop"));
  }

  /// Podman takes a restart without a time for one by force.
  @Test
  void saysHowLongARestartMayTakeToStop() throws Exception {
    act(onDatabase("restart"));
    act(onDatabase("restart").put(JobKeys.STOP_TIMEOUT, Duration.ofSeconds(3)));
    assertThat(engine.calls()).containsExactly("restart db 10", "restart db 3");
  }

  /// What the engine refuses for another reason stays as it is.
  @Test
  void leavesWhatIsPausedAloneWhereTheEngineRefusesToStopIt() throws Exception {
    engine.change("pause", "db");
    engine.refused.add("stop db");
    assertThat(act(onDatabase("stop")).reason()).contains("driver failed");
    assertThat(engine.of("db").status).isEqualTo("paused");
  }
}
