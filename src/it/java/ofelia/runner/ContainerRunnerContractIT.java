package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import ofelia.config.ActionKeys;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.TargetKeys;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// Restarts of containers, held to the contract. What they do is done by the engine, and lasts for
/// as long as the container takes to end, which says each time in its log that it was told to.
class ContainerRunnerContractIT extends RunnerContract {

  private static final String CHECKED = "ofelia-test/checked:1";

  private static TestEngine engine;
  private static Runner runner;

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    runner = newRunner();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /// Also ends what an engine still does to them.
  @AfterEach
  void clear() {
    engine.removeAll();
  }

  private static Runner newRunner() {
    return new ContainerRunner(
        engine.docker, new Surroundings(engine.docker, engine.time), engine.time, engine.crew);
  }

  @Override
  Runner runner() {
    return runner;
  }

  @Override
  Runner anotherRunner() {
    return newRunner();
  }

  /// An engine takes nothing back that it was asked for.
  @Override
  boolean isEndedByAStop() {
    return false;
  }

  /// Until the container has had its time to end, nobody can see whether the engine was asked.
  @Override
  boolean isBegunByTheNextStart() {
    return true;
  }

  // ---- in the terms of this kind -------------------------------------------------------------

  /// All that is told as a failure is that a container did not come up as it should.
  static IntStream codes() {
    return IntStream.of(1);
  }

  /// @param onTerm what the container does when it is told to end
  private Work work(String image, String onTerm, Settings.Builder settings, Outcome end)
      throws Exception {
    String name = "ofelia-test-restarted-" + System.nanoTime();
    String script = "trap 'echo told; " + onTerm + "' TERM; echo up; while :; do sleep 0.1; done";
    engine.startLabelled(name, image, Map.of(), "sh", "-c", script);
    awaitLine(name, "up");
    RunRequest request =
        TestEngine.request(
            JobKind.CONTAINER,
            settings
                .put(ActionKeys.ACTION, ActionKeys.Action.RESTART)
                .put(ContainerKeys.CONTAINER, name)
                .build());
    String output = "restarted container \"" + name + "\"\n";
    return new Work(request, output, end, () -> lines(name, "told"));
  }

  private static Settings.Builder withGrace(Duration grace) {
    return new Settings.Builder().put(JobKeys.STOP_TIMEOUT, grace);
  }

  private static String container(RunRequest request) {
    return request.job().settings().find(ContainerKeys.CONTAINER).orElseThrow();
  }

  /// How many such lines a container has printed since it was created.
  private static int lines(String container, String line) {
    return Math.toIntExact(engine.printed(container).lines().filter(line::equals).count());
  }

  private static void awaitLine(String container, String line) throws InterruptedException {
    for (int i = 0; i < 400 && lines(container, line) == 0; i++) {
      Thread.sleep(50);
    }
    assertThat(lines(container, line)).as(container + " says " + line).isPositive();
  }

  @Override
  Work succeeding() throws Exception {
    return work(TestEngine.IMAGE, "exit 0", withGrace(GRACE), new Outcome.Succeeded());
  }

  @Override
  Work failing(int code) throws Exception {
    Settings.Builder settings =
        withGrace(GRACE).put(TargetKeys.WAIT_HEALTHY, Duration.ofSeconds(1));
    return work(CHECKED, "exit 0", settings, new Outcome.Failed(code, "is not healthy"));
  }

  @Override
  Work lasting() throws Exception {
    Settings.Builder settings = withGrace(Duration.ofSeconds(8));
    return work(TestEngine.IMAGE, "sleep 3; exit 0", settings, new Outcome.Succeeded());
  }

  /// The container cannot start again once it was told to end: Podman may come to that before it
  /// removes what it has ended by force. Podman 4 waits for one that it has removed, too, as long
  /// as that was given to end.
  @Override
  Work endless() throws Exception {
    return work(TestEngine.IMAGE, "rm /bin/sh", withGrace(Duration.ofSeconds(12)), STOPPED);
  }

  /// The engine never heeds a stop.
  @Override
  Work stubborn() throws Exception {
    return endless();
  }

  @Override
  Optional<Work> printing(int bytes) {
    return Optional.empty();
  }

  @Override
  void vanish(RunRequest request) {
    engine.removeContainer(container(request));
  }

  @Override
  void renew() {
    // Each run has a container of its own.
  }

  @Override
  void awaitBegun(Work work, RecordingAttempt attempt) throws Exception {
    awaitLine(container(work.request()), "told");
  }

  @Override
  void assertNoneGoesOn(Work work) {
    // What the engine still does is not ended with the run: see isEndedByAStop.
  }

  // ---- the engine goes away ------------------------------------------------------------------

  @Test
  @EnabledIfEnvironmentVariable(
      named = EngineRunnerContract.OWN_ENGINE,
      matches = ".+",
      disabledReason = EngineRunnerContract.ONLY_OWN)
  void endsInTruthWhenItsEngineRestarts() throws Exception {
    endsInTruthAcross("restart");
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = EngineRunnerContract.OWN_ENGINE,
      matches = ".+",
      disabledReason = EngineRunnerContract.ONLY_OWN)
  void endsInTruthWhenItsEngineCrashes() throws Exception {
    endsInTruthAcross("restart", "--kill");
  }

  /// Whether it is done in the end depends on how far the engine had come; so the engine is asked
  /// whether the container was started once more. An engine that shuts down may have ended it again
  /// since, as it ends all others.
  private void endsInTruthAcross(String... control) throws Exception {
    Work work = lasting();
    String before = latestStart(work);
    Started run = startAndAwait(work);
    TestEngine.control(control);
    Outcome outcome = run.await(EngineRunnerContract.LONG);
    assertThat(outcome instanceof Outcome.Succeeded)
        .as("%s, and it was started at %s, at first at %s", outcome, latestStart(work), before)
        .isEqualTo(!latestStart(work).equals(before));
    RunThreads.assertNoneOf(work.request());
    assertThat(runner().run(succeeding().request(), new RecordingAttempt(), stop))
        .isEqualTo(new Outcome.Succeeded());
  }

  private static String latestStart(Work work) {
    String name = container(work.request());
    return engine.docker.containers().inspect(name, TestEngine.soon()).state().startedText();
  }
}
