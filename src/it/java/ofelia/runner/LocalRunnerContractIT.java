package ofelia.runner;

import java.util.Map;
import ofelia.config.JobKeys;
import ofelia.model.JobKind;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.AfterAll;

/// Commands on the host, held to the contract.
class LocalRunnerContractIT extends RunnerContract {

  private static final LocalRunner RUNNER = newRunner();

  private static LocalRunner newRunner() {
    return new LocalRunner(new SystemTime(), Map.of("PATH", "/usr/bin:/bin"));
  }

  @AfterAll
  static void close() {
    RUNNER.close();
  }

  @Override
  Runner runner() {
    return RUNNER;
  }

  @Override
  Runner anotherRunner() {
    return newRunner();
  }

  @Override
  RunRequest request(String script) throws Exception {
    return TestEngine.request(
        JobKind.LOCAL,
        new Settings.Builder().put(JobKeys.COMMAND, TestEngine.quoted("sh", "-c", script)).build());
  }
}
