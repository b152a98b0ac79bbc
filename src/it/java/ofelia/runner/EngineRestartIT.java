package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.PullPolicy;
import ofelia.config.RunKeys;
import ofelia.docker.ContainerSummary;
import ofelia.docker.RegistryLogins;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.plugin.TryLaterException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// What runs do when their engine goes away under them, and comes back. Only on an engine that
/// belongs to the tests.
@Tag("daemon")
@Timeout(180)
@EnabledIfEnvironmentVariable(
    named = "OFELIA_TEST_ENGINE_VERSION",
    matches = ".+",
    disabledReason = "an engine that is not the tests' own is never killed")
class EngineRestartIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  /// A container that ends when its engine asks for it, which saves ten seconds each time.
  private static final String UNTIL_STOPPED =
      "sh -c \"trap 'exit 9' TERM; echo on; sleep 600 & wait\"";

  private TestEngine engine;
  private Runner exec;
  private Runner container;

  private final RecordingAttempt sink = new RecordingAttempt();
  private final ManualStop stop = new ManualStop();

  @BeforeEach
  void open() throws Exception {
    engine = TestEngine.open();
    exec = new ExecRunner(engine.docker, engine.hub, engine.time, engine.crew);
    container =
        new RunRunner(
            engine.docker,
            engine.hub,
            new RegistryLogins(Path.of("/nonexistent")),
            new Maker("test-host", "1.2.3"),
            engine.time,
            engine.crew);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private static RunRequest run(String command) throws Exception {
    return TestEngine.request(
        JobKind.RUN,
        new Settings.Builder()
            .put(RunKeys.IMAGE, TestEngine.IMAGE)
            .put(RunKeys.PULL, PullPolicy.MISSING)
            .put(ContainerKeys.USER, "")
            .put(RunKeys.NETWORK, List.of("none"))
            .put(JobKeys.COMMAND, command)
            .build());
  }

  private RunRequest exec(String command) throws Exception {
    engine.startContainer(
        "ofelia-test-restart", "sh", "-c", "trap 'exit 0' TERM; sleep 600 & wait");
    return TestEngine.request(
        JobKind.EXEC,
        new Settings.Builder()
            .put(ContainerKeys.CONTAINER, "ofelia-test-restart")
            .put(ContainerKeys.USER, "")
            .put(JobKeys.COMMAND, command)
            .build());
  }

  @Test
  void tellsTheTruthOfAnExecWhoseEngineCrashed() throws Exception {
    Outcome outcome = execAcross("--kill");
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Broke.class,
            broke -> assertThat(broke.problem()).contains("its exit code is not known"));
    assertThat(sink.said()).anyMatch(text -> text.startsWith("mark: output "));
    assertThat(sink.said()).filteredOn(text -> text.contains("does not answer")).hasSizeLessThan(2);
  }

  @Test
  void tellsTheTruthOfAnExecWhoseEngineWasRestarted() throws Exception {
    assertThat(execAcross())
        .isNotInstanceOf(Outcome.Succeeded.class)
        .isNotInstanceOf(Outcome.Cancelled.class);
  }

  private Outcome execAcross(String... options) throws Exception {
    RunRequest request = exec("sh -c \"echo on; sleep 600\"");
    Started run = new Started(() -> exec.run(request, sink, stop));
    sink.awaitOutput();
    restart(options);
    return run.await(LONG);
  }

  private static void restart(String... options) throws Exception {
    TestEngine.control(
        options.length == 0 ? new String[] {"restart"} : new String[] {"restart", options[0]});
  }

  @Test
  void endsAContainerRunThatTheCrashOfItsEngineEnded() throws Exception {
    containerAcross("--kill");
  }

  @Test
  void endsAContainerRunThatTheRestartOfItsEngineEnded() throws Exception {
    containerAcross();
  }

  /// Without live-restore, an engine ends its containers when it stops, or when it starts again.
  private void containerAcross(String... options) throws Exception {
    RunRequest request = run(UNTIL_STOPPED);
    Started run = new Started(() -> container.run(request, sink, stop));
    sink.awaitOutput();
    restart(options);
    assertThat(run.await(LONG)).isInstanceOf(Outcome.Failed.class);
    assertThat(sink.out()).isEqualTo("on\n");
    assertThat(engine.containersOf(request)).isEmpty();
  }

  @Test
  void waitsForAnEngineThatIsAway() throws Exception {
    RunRequest request = run("sh -c \"echo on; sleep 3; echo off\"");
    Started run = new Started(() -> container.run(request, sink, stop));
    sink.awaitOutput();
    TestEngine.control("kill");
    Thread.sleep(3_000);
    assertThat(run.isOver()).isFalse();
    RecordingAttempt unheard = new RecordingAttempt();
    Assertions.assertThatThrownBy(() -> container.find(request, sink.trace()))
        .isInstanceOf(TryLaterException.class);
    assertThat(container.run(run("true"), unheard, stop)).isInstanceOf(Outcome.Broke.class);
    assertThat(unheard.hasIntent()).isFalse();
    TestEngine.control("start");
    Outcome outcome = run.await(LONG);
    assertThat(outcome).isNotInstanceOf(Outcome.Broke.class);
    assertThat(sink.said()).filteredOn(text -> text.contains("does not answer")).hasSize(1);
    assertThat(sink.said()).filteredOn(text -> text.contains("answers again")).hasSize(1);
    assertThat(engine.containersOf(request)).isEmpty();
  }

  /// Both daemons crash, which loses all events.
  @Test
  void takesUpAContainerAfterBothWereAway() throws Exception {
    RunRequest request = run(UNTIL_STOPPED);
    Started run = new Started(() -> container.run(request, sink, stop));
    sink.awaitOutput();
    run.leave();
    restart("--kill");
    assertThat(container.find(request, sink.trace())).isEqualTo(new Finding.Found());
    assertThat(container.resume(request, sink.trace(), sink, stop))
        .isInstanceOf(Outcome.Failed.class);
    assertThat(sink.out()).isEqualTo("on\n");
    assertThat(engine.containersOf(request)).extracting(ContainerSummary::id).isEmpty();
  }

  @Test
  void callsAnExecLostAfterBothWereAway() throws Exception {
    RunRequest request = exec("sh -c \"echo on; sleep 600\"");
    Started run = new Started(() -> exec.run(request, sink, stop));
    sink.awaitOutput();
    run.leave();
    restart("--kill");
    assertThat(exec.find(request, sink.trace())).isInstanceOf(Finding.Lost.class);
  }
}
