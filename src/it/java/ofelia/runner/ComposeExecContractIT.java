package ofelia.runner;

import ofelia.config.ComposeKeys;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.docker.ContainerSummary;
import ofelia.docker.Filters;
import ofelia.model.JobKind;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Commands in the running container of a service of a Compose project, held to the contract.
class ComposeExecContractIT extends EngineRunnerContract {

  private static final String NAME = "ofelia-test-exec-contract";
  private static final String SERVICE = "home";

  private static TestEngine engine;
  private static ComposeProject project;
  private static Runner runner;

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    project = new ComposeProject(engine, NAME);
    runner = project.runner();
    project.compose("up", "--detach", SERVICE);
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
            .settings(SERVICE)
            .put(ComposeKeys.EXEC, true)
            .put(ContainerKeys.USER, "worker")
            .put(JobKeys.COMMAND, TestEngine.quoted("sh", "-c", script))
            .build());
  }

  @Override
  void vanish(RunRequest request) {
    Filters ofService =
        Filters.NONE
            .with("label", "com.docker.compose.project=" + NAME)
            .with("label", "com.docker.compose.service=" + SERVICE);
    engine.docker.containers().list(false, ofService, TestEngine.soon()).stream()
        .map(ContainerSummary::id)
        .forEach(engine::removeContainer);
  }

  @Override
  void renew() throws Exception {
    project.compose("up", "--detach", SERVICE);
  }
}
