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
class LocalRunnerContractIT extends ProgramContract {

  private static final HostPrograms PROGRAMS = new HostPrograms(new SystemTime());
  private static final LocalRunner RUNNER = newRunner(PROGRAMS);

  private static LocalRunner newRunner(HostPrograms programs) {
    return new LocalRunner(programs, Map.of("PATH", "/usr/bin:/bin"));
  }

  @AfterAll
  static void close() {
    PROGRAMS.close();
  }

  @Override
  Runner runner() {
    return RUNNER;
  }

  @Override
  Runner anotherRunner() {
    return newRunner(new HostPrograms(new SystemTime()));
  }

  @Override
  RunRequest request(String script) throws Exception {
    return TestEngine.request(
        JobKind.LOCAL,
        new Settings.Builder().put(JobKeys.COMMAND, TestEngine.quoted("sh", "-c", script)).build());
  }

  @Override
  void vanish(RunRequest request) throws Exception {
    RunProcesses.kill(request);
  }

  @Override
  void renew() {
    // Each run has processes of its own.
  }
}
