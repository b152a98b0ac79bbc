package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ofelia.config.ComposeKeys;
import ofelia.docker.RegistryLogins;
import ofelia.model.Settings;
import ofelia.time.SystemTime;

/// A Compose project on the tests' engine, with the Compose that `dev/engine` fetched, and runners
/// for its jobs.
final class ComposeProject {

  private static final String FILE =
      """
      services:
        worker:
          image: %1$s
          network_mode: none
          user: worker
          volumes: ["%2$s"]
          restart: always
          command: ["echo", "its own command"]
          environment:
            FLAVOUR: service
          depends_on: [beside]
        beside:
          image: %1$s
          network_mode: none
          init: true
          command: ["sleep", "3600"]
        home:
          image: %1$s
          network_mode: none
          volumes: ["%2$s"]
          command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 600 & wait; done"]
        debugger:
          image: %1$s
          network_mode: none
          profiles: [debug]
          command: ["echo", "${GREETING:-nothing}"]
      """
          .formatted(TestEngine.IMAGE, Beginnings.VOLUME);

  private final TestEngine engine;
  private final String name;
  private final Path folder;
  private final HostPrograms programs = new HostPrograms(new SystemTime());

  ComposeProject(TestEngine engine, String name) throws IOException {
    this.engine = engine;
    this.name = name;
    this.folder = Files.createTempDirectory("ofelia-test-compose");
    Files.writeString(file(), FILE);
    Files.createSymbolicLink(folder.resolve("docker-compose"), Path.of(program()));
  }

  private static String program() {
    String program = System.getenv("OFELIA_TEST_COMPOSE");
    assertThat(program).as("OFELIA_TEST_COMPOSE, as dev/engine env prints it").isNotBlank();
    return program;
  }

  Path file() {
    return folder.resolve("compose.yml");
  }

  /// What each job of the project writes.
  Settings.Builder settings(String service) {
    return new Settings.Builder()
        .put(ComposeKeys.FILE, List.of(file().toString()))
        .put(ComposeKeys.PROJECT_NAME, name)
        .put(ComposeKeys.SERVICE, service);
  }

  ComposeRunner runner() {
    return runner(programs);
  }

  /// One that knows nothing of what others did, as after a restart.
  ComposeRunner anotherRunner() {
    return runner(new HostPrograms(new SystemTime()));
  }

  private ComposeRunner runner(HostPrograms hostPrograms) {
    var maker = new Maker("test-host", "1.2.3");
    var logins = new RegistryLogins(Path.of("/nonexistent"));
    var runs = new RunRunner(engine.docker, engine.hub, logins, maker, engine.time, engine.crew);
    var execs = new ExecRunner(engine.docker, engine.hub, engine.time, engine.crew);
    var compose = new ComposeProgram(hostPrograms, environment());
    return new ComposeRunner(engine.docker, runs, execs, compose, hostPrograms, maker, engine.time);
  }

  private Map<String, String> environment() {
    return Map.of(
        "PATH",
        folder.toString(),
        "HOME",
        folder.toString(),
        "DOCKER_HOST",
        String.valueOf(System.getenv("OFELIA_TEST_DOCKER_HOST")));
  }

  /// Calls Compose as a person would.
  void compose(String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of(program(), "-f", file().toString(), "-p", name));
    words.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("compose.log").toFile());
    builder.environment().putAll(environment());
    Process process = builder.start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("compose.log"))).isZero();
  }

  /// Takes the project down and removes its files.
  void remove() throws Exception {
    programs.close();
    compose("--profile", "*", "down", "--timeout", "0", "--remove-orphans");
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
