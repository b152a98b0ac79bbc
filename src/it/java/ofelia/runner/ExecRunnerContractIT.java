package ofelia.runner;

import java.util.Map;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.docker.Filters;
import ofelia.model.JobKind;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Commands in a container, held to the contract, as a user who is not root.
class ExecRunnerContractIT extends EngineRunnerContract {

  private static final String HOME = "ofelia-test-exec-contract";

  private static TestEngine engine;
  private static Runner runner;

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    runner = newRunner();
    startHome();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Runner newRunner() {
    return new ExecRunner(engine.docker, engine.hub, engine.time, engine.crew);
  }

  /// It ends when its engine asks for it, which saves ten seconds each time.
  private static void startHome() {
    engine.startWithVolume(
        HOME,
        Beginnings.VOLUME,
        "sh",
        "-c",
        "trap 'exit 0' TERM; while :; do sleep 600 & wait; done");
  }

  @Override
  Runner runner() {
    return runner;
  }

  @Override
  Runner anotherRunner() {
    return newRunner();
  }

  @Override
  RunRequest request(String script) throws Exception {
    return TestEngine.request(
        JobKind.EXEC,
        new Settings.Builder()
            .put(ContainerKeys.CONTAINER, HOME)
            .put(ContainerKeys.USER, "worker")
            .put(JobKeys.COMMAND, TestEngine.quoted("sh", "-c", script))
            .build());
  }

  @Override
  void vanish(RunRequest request) {
    engine.removeContainer(HOME);
  }

  @Override
  void renew() {
    Filters named = new Filters(Map.of()).with("name", HOME);
    if (!engine.docker.containers().list(true, named, TestEngine.soon()).isEmpty()) {
      engine.removeContainer(HOME);
    }
    startHome();
  }
}
