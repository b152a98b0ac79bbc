package ofelia.runner;

import java.util.List;
import ofelia.config.ComposeKeys;
import ofelia.config.JobKeys;
import ofelia.model.JobKind;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Commands in fresh containers that Compose makes, held to the contract.
class ComposeRunnerContractIT extends EngineRunnerContract {

  private static TestEngine engine;
  private static ComposeProject project;
  private static Runner runner;

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    project = new ComposeProject(engine, "ofelia-test-contract");
    runner = project.runner();
  }

  @AfterAll
  static void close() throws Exception {
    project.remove();
    engine.close();
  }

  @Override
  Runner runner() {
    return runner;
  }

  @Override
  Runner anotherRunner() {
    return project.anotherRunner();
  }

  @Override
  RunRequest request(String script) throws Exception {
    return TestEngine.request(
        JobKind.COMPOSE,
        project
            .settings("worker")
            .put(ComposeKeys.DEPENDENCIES, false)
            .put(JobKeys.COMMAND, TestEngine.quoted("sh", "-c", script))
            .build());
  }

  @Override
  void vanish(RunRequest request) {
    List<String> ids =
        engine.containersOf(request).stream().map(container -> container.id()).toList();
    ids.forEach(engine::removeContainer);
  }

  /// Each run has a container of its own.
  @Override
  void renew() {}
}
