package ofelia.runner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import ofelia.config.ComposeKeys;
import ofelia.config.ContainerKeys;
import ofelia.config.EngineKeys;
import ofelia.config.JobKeys;
import ofelia.config.ProgramKeys;
import ofelia.config.RunKeys;
import ofelia.docker.ContainerSummary;
import ofelia.docker.Filters;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.RunRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What Compose jobs promise beyond the contract, with a real Compose on a real engine.
@Timeout(120)
class ComposeRunnerIT {

  private static final String NAME = "ofelia-test-compose";
  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestEngine engine;
  private static ComposeProject project;
  private static ComposeRunner runner;

  private final RecordingAttempt sink = new RecordingAttempt();
  private final ManualStop stop = new ManualStop();

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    project = new ComposeProject(engine, NAME);
    runner = project.runner();
  }

  @AfterAll
  static void close() throws Exception {
    project.remove();
    engine.close();
  }

  private static RunRequest request(Settings.Builder settings) throws Exception {
    return TestEngine.request(JobKind.COMPOSE, settings.build());
  }

  private Outcome run(Settings.Builder settings) throws Exception {
    return runner.run(request(settings), sink, stop);
  }

  private static List<ContainerSummary> running(String service) {
    Filters filters =
        Filters.NONE
            .with("label", "com.docker.compose.project=" + NAME)
            .with("label", "com.docker.compose.service=" + service);
    return engine.docker.containers().list(false, filters, TestEngine.soon());
  }

  @Test
  void runsTheServicesOwnCommandAndLeavesItsDependenciesRunning() throws Exception {
    assertThat(run(project.settings("worker"))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo("its own command\n");
    assertThat(sink.said()).isEmpty();
    assertThat(running("beside")).hasSize(1);
    assertThat(running("worker")).isEmpty();
  }

  @Test
  void runsAsItsKeysSay(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("env"), "A=file\nB=file\n");
    Path secret = Files.writeString(folder.resolve("secret"), "hush\n");
    String script =
        "echo $A $B $S $FLAVOUR; echo $PATH; id -un; pwd; echo $OFELIA_RUN_ID $OFELIA_JOB; cat";
    RunRequest request =
        request(
            project
                .settings("worker")
                .put(ComposeKeys.DEPENDENCIES, false)
                .put(ContainerKeys.USER, "root")
                .put(ContainerKeys.WORKING_DIR, "/tmp")
                .put(RunKeys.ENTRYPOINT, "sh -c")
                .put(JobKeys.ENV_FILE, List.of(file.toString()))
                .put(JobKeys.ENVIRONMENT, List.of("B=with blank", "PATH=/bin", "OFELIA_JOB=mine"))
                .put(ProgramKeys.SECRET, List.of("S=" + secret))
                .put(JobKeys.COMMAND, TestEngine.quoted(script)));
    assertThat(runner.run(request, sink, stop)).as(sink.err()).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out())
        .isEqualTo(
            "file with blank hush service\n/bin\nroot\n/tmp\n"
                + request.run()
                + " "
                + request.job().name()
                + "\n");
  }

  @Test
  void knowsProfilesAndGivesItsVariablesToTheFile() throws Exception {
    Outcome outcome =
        run(
            project
                .settings("debugger")
                .put(ComposeKeys.PROFILES, List.of("debug"))
                .put(JobKeys.ENVIRONMENT, List.of("GREETING=hello")));
    assertThat(outcome).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo("hello\n");
  }

  @Test
  void saysWhatComposeSaysWhenItCannotBegin() throws Exception {
    RunRequest request =
        request(project.settings("worker").put(JobKeys.COMMAND, "no-such-program"));
    assertThat(runner.run(request, sink, stop))
        .isInstanceOfSatisfying(
            Outcome.Broke.class,
            broke -> assertThat(broke.problem()).startsWith("Compose cannot start service"));
    assertThat(sink.err()).contains("no-such-program");
    assertThat(engine.containersOf(request)).isEmpty();

    assertThat(run(project.settings("no-such-service")))
        .isInstanceOfSatisfying(
            Outcome.Broke.class,
            broke -> assertThat(broke.problem()).contains("no such service: no-such-service"));
    assertThat(run(project.settings("worker").put(ComposeKeys.FILE, List.of("/no/such/file"))))
        .isInstanceOfSatisfying(
            Outcome.Broke.class, broke -> assertThat(broke.problem()).contains("/no/such/file"));
  }

  @Test
  void saysAsWhomComposeAskedARegistryThatRefused() throws Exception {
    try (ClosedRegistry registry = new ClosedRegistry()) {
      Path file = project.file().resolveSibling("private.yml");
      Files.writeString(file, "services: {worker: {image: \"" + registry.image() + "\"}}\n");
      assertThat(
              run(project.settings("worker").put(ComposeKeys.FILE, List.of(file.toString())))
                  .reason())
          .startsWith("Compose cannot start service \"worker\": ")
          .contains("; Compose tried without a login: there is none in ")
          .endsWith("/.docker/config.json");
      Path logins = project.file().resolveSibling("config.json");
      Files.writeString(logins, registry.login("robot", "secret"));
      String reason =
          run(project
                  .settings("worker")
                  .put(ComposeKeys.FILE, List.of(file.toString()))
                  .put(EngineKeys.REGISTRY_CONFIG, requireNonNull(logins.getParent()).toString()))
              .reason();
      assertThat(reason).contains("; Compose ").endsWith("as user \"robot\" from " + logins);
      assertThat(registry.asked()).contains("robot:secret");
    }
  }

  /// A run in which Compose waits for a dependency that does not become healthy.
  private static RunRequest requestThatWaits() throws Exception {
    Path slow = project.file().resolveSibling("slow.yml");
    Files.writeString(
        slow,
        """
        services:
          worker:
            image: %1$s
            network_mode: none
            depends_on: { sick: { condition: service_healthy } }
          sick:
            image: %1$s
            network_mode: none
            init: true
            command: ["sleep", "600"]
            healthcheck: { test: ["CMD", "false"], interval: 1s, retries: 600 }
        """
            .formatted(TestEngine.IMAGE));
    return request(project.settings("worker").put(ComposeKeys.FILE, List.of(slow.toString())));
  }

  private static void awaitCompose(RunRequest request) throws InterruptedException {
    for (int i = 0; i < 200 && composeOf(request).isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertThat(composeOf(request)).isNotEmpty();
  }

  /// The processes of Compose that begin a run.
  private static List<ProcessHandle> composeOf(RunRequest request) {
    return RunProcesses.withArgument(ContainerPlan.name(request));
  }

  @Test
  void isEndedWhileComposeIsStillAtWork() throws Exception {
    RunRequest request = requestThatWaits();
    Started run = new Started(() -> runner.run(request, sink, stop));
    awaitCompose(request);
    stop.request(Duration.ofSeconds(2));
    assertThat(run.await(SOON)).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(composeOf(request)).isEmpty();
    assertThat(engine.containersOf(request)).isEmpty();
  }

  /// The next start finds the Compose that the last one had called still at work.
  @Test
  void endsTheComposeThatADeadDaemonLeftBehind() throws Exception {
    RunRequest request = requestThatWaits();
    Started run = new Started(() -> runner.run(request, sink, stop));
    awaitCompose(request);
    assertThat(project.anotherRunner().find(request, sink.intentOnly()))
        .isEqualTo(new Finding.NotBegun());
    assertThat(composeOf(request)).isEmpty();
    assertThat(run.await(SOON)).isInstanceOf(Outcome.Broke.class);
    assertThat(engine.containersOf(request)).isEmpty();
  }

  @Test
  void beginsAfreshWhatComposeHadNotBegunWhenTheDaemonDied() throws Exception {
    RunRequest request = request(project.settings("worker"));
    sink.intend(ComposeProgram.mark(request));
    assertThat(project.anotherRunner().find(request, sink.intentOnly()))
        .isEqualTo(new Finding.NotBegun());
  }

  @Test
  void runsACommandInTheRunningContainerOfAService() throws Exception {
    project.compose("up", "--detach", "beside");
    Settings.Builder settings =
        project
            .settings("beside")
            .put(ComposeKeys.EXEC, true)
            .put(JobKeys.ENVIRONMENT, List.of("GREETING=hello"))
            .put(
                JobKeys.COMMAND,
                TestEngine.quoted("sh", "-c", "echo $GREETING; id -un; echo bad >&2; exit 4"));
    assertThat(run(settings))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.exit()).isEqualTo(4));
    assertThat(sink.out()).isEqualTo("hello\nroot\n");
    assertThat(sink.err()).isEqualTo("bad\n");
    assertThat(running("beside")).hasSize(1);
  }

  @Test
  void endsACommandInARunningContainer() throws Exception {
    project.compose("up", "--detach", "beside");
    RunRequest request =
        request(
            project
                .settings("beside")
                .put(ComposeKeys.EXEC, true)
                .put(JobKeys.COMMAND, "sh -c \"trap '' TERM; echo on; sleep 600; sleep 600\""));
    Started run = new Started(() -> runner.run(request, sink, stop));
    sink.awaitOutput();
    run.leave();
    ComposeRunner another = project.anotherRunner();
    assertThat(another.find(request, sink.trace())).isEqualTo(new Finding.Found());
    Started resumed = new Started(() -> another.resume(request, sink.trace(), sink, stop));
    stop.request(Duration.ofSeconds(1));
    assertThat(resumed.await(SOON)).isEqualTo(new Outcome.Cancelled("the test"));
    RunProcesses.assertNoneOf(request);
    assertThat(running("beside")).hasSize(1);
  }

  @Test
  void saysThatAServiceDoesNotRun() throws Exception {
    Outcome outcome =
        run(project.settings("worker").put(ComposeKeys.EXEC, true).put(JobKeys.COMMAND, "true"));
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Broke(
                "service \"worker\" has no running container; start it with compose up"));
  }
}
