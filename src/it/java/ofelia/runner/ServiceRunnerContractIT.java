package ofelia.runner;

import java.nio.file.Path;
import java.util.List;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.RunKeys;
import ofelia.docker.RegistryLogins;
import ofelia.model.JobKind;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/// Commands as services of a swarm, held to the contract.
@Tag("swarm")
class ServiceRunnerContractIT extends EngineRunnerContract {

  private static TestEngine engine;
  private static Runner runner;

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    if (engine.isInSwarm()) {
      engine.leaveSwarm();
    }
    engine.joinSwarm();
    runner = newRunner();
  }

  @AfterAll
  static void close() {
    engine.leaveSwarm();
    engine.close();
  }

  private static Runner newRunner() {
    return new ServiceRunner(
        engine.docker,
        engine.hub,
        new RegistryLogins(Path.of("/nonexistent")),
        new Maker("test-host", "1.2.3"),
        engine.time,
        engine.crew);
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
        JobKind.SERVICE_RUN,
        new Settings.Builder()
            .put(RunKeys.IMAGE, TestEngine.IMAGE)
            .put(RunKeys.VOLUME, List.of(Beginnings.VOLUME))
            .put(ContainerKeys.USER, "worker")
            .put(JobKeys.COMMAND, TestEngine.quoted("sh", "-c", script))
            .build());
  }

  @Override
  void vanish(RunRequest request) {
    engine.docker.services().remove(engine.servicesOf(request).getFirst().id(), TestEngine.soon());
  }

  @Override
  void renew() {
    // Each run has a service of its own.
  }
}
