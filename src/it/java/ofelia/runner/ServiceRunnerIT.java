package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import ofelia.config.ContainerKeys;
import ofelia.config.EngineKeys;
import ofelia.config.JobKeys;
import ofelia.config.LocalKeys;
import ofelia.config.RunKeys;
import ofelia.config.ServiceKeys;
import ofelia.docker.ApiVersion;
import ofelia.docker.RegistryLogins;
import ofelia.docker.Service;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Trace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What service runs promise, on a real engine that is a swarm of its own for as long as these
/// tests take.
@Tag("swarm")
@Timeout(120)
class ServiceRunnerIT {

  private static TestEngine engine;
  private static ServiceRunner runner;

  private final RecordingAttempt sink = new RecordingAttempt();
  private final ManualStop stop = new ManualStop();

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    if (engine.isInSwarm()) {
      engine.leaveSwarm();
    }
    engine.joinSwarm();
    runner =
        new ServiceRunner(
            engine.docker,
            engine.hub,
            new RegistryLogins(Path.of("/nonexistent")),
            new Maker("test-host", "1.2.3"),
            engine.time,
            engine.crew);
  }

  @AfterAll
  static void close() {
    engine.leaveSwarm();
    engine.close();
  }

  private static RunRequest request(String command, UnaryOperator<Settings.Builder> more)
      throws Exception {
    Settings.Builder settings =
        new Settings.Builder()
            .put(RunKeys.IMAGE, TestEngine.IMAGE)
            .put(ContainerKeys.USER, "")
            .put(JobKeys.COMMAND, command);
    return TestEngine.request(JobKind.SERVICE_RUN, more.apply(settings).build());
  }

  private static RunRequest request(String command) throws Exception {
    return request(command, settings -> settings);
  }

  private Outcome run(RunRequest request) throws Exception {
    return runner.run(request, sink, stop);
  }

  private Started start(RunRequest request) {
    return new Started(() -> runner.run(request, sink, stop));
  }

  @Test
  void separatesOutputTellsTheExitCodeAndRemovesTheService() throws Exception {
    RunRequest request = request("sh -c \"echo good; echo bad >&2; exit 3\"");
    assertThat(run(request)).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(sink.out()).isEqualTo("good\n");
    assertThat(sink.err()).isEqualTo("bad\n");
    assertThat(sink.trace().started()).hasValue(sink.intent() + " exit=3 exit code 3");
    assertThat(engine.servicesOf(request)).isEmpty();
    engine.awaitNoTasks();

    RecordingAttempt silent = new RecordingAttempt();
    assertThat(runner.run(request("true"), silent, stop)).isEqualTo(new Outcome.Succeeded());
    assertThat(silent.out() + silent.err()).isEmpty();
    assertThat(silent.said()).filteredOn(said -> !said.equals("rewind")).isEmpty();
  }

  @Test
  void makesTheServiceThatTheKeysAskFor() throws Exception {
    engine.startContainer("ofelia-test-service-env", "sleep", "600");
    RunRequest request =
        request(
            "sh -c \"id -un; pwd; hostname; cat /data/x 2>&1; touch /data/x; touch /host/x || echo ro;"
                + " ulimit -n; grep CapEff /proc/self/status | cut -f2; echo $A $OFELIA_RUN_ID\"",
            settings ->
                settings
                    .put(RunKeys.IMAGE, "ofelia-test/entry:1")
                    .put(ContainerKeys.USER, "root")
                    .put(LocalKeys.DIR, "/tmp")
                    .put(RunKeys.HOSTNAME, "chosen")
                    .put(RunKeys.VOLUME, List.of("/data", "/tmp:/host:ro"))
                    .put(RunKeys.ULIMIT, List.of("nofile=100:200"))
                    .put(RunKeys.CAP_DROP, List.of("ALL"))
                    .put(RunKeys.CAP_ADD, List.of("CHOWN"))
                    .put(RunKeys.CPUS, 500_000_000L)
                    .put(RunKeys.MEMORY, 64L << 20)
                    .put(RunKeys.EXTRA_HOSTS, List.of("friend:10.9.8.7"))
                    .put(RunKeys.DNS, List.of("10.0.0.53"))
                    .put(RunKeys.LOG_DRIVER, "json-file")
                    .put(RunKeys.LOG_OPT, List.of("max-size=1m"))
                    .put(ContainerKeys.ENV_FROM, List.of("ofelia-test-service-env"))
                    .put(JobKeys.ENVIRONMENT, List.of("A=own"))
                    .put(RunKeys.ANNOTATIONS, List.of("team=web", "ofelia.version=mine"))
                    .put(ServiceKeys.CONSTRAINTS, List.of("node.role==manager"))
                    .put(ServiceKeys.RESERVE_MEMORY, 4L << 20)
                    .put(RunKeys.DELETE, false));
    assertThat(run(request)).as(sink.err()).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).startsWith("entry: sh -c");
    assertThat(sink.out().lines().skip(1))
        .containsExactly(
            "root",
            "/tmp",
            "chosen",
            "cat: can't open '/data/x': No such file or directory",
            "ro",
            "100",
            "0000000000000001",
            "own " + request.run());
    List<Service> kept = engine.servicesOf(request);
    assertThat(kept).hasSize(1);
    assertThat(kept.getFirst().labels())
        .containsEntry("ofelia.job.name", "ofelia-test job/1")
        .containsEntry("ofelia.job.type", "service")
        .containsEntry("ofelia.version", "mine")
        .containsEntry("team", "web");
    assertThat(Leftovers.remove(engine.docker, request.run(), KnownRuns.OVER)).isZero();
    engine.docker.services().remove(kept.getFirst().id(), TestEngine.soon());
    engine.awaitNoTasks();
  }

  @Test
  void givesDirectoriesInMemoryOnNodesOfThePlatform() throws Exception {
    RunRequest request =
        request(
            "sh -c \"grep -E '/m |/dev/shm ' /proc/mounts; stat -c %a /m\"",
            settings ->
                settings
                    .put(RunKeys.TMPFS, List.of("/m:size=1m,mode=1770"))
                    .put(RunKeys.SHM_SIZE, 2L << 20)
                    .put(RunKeys.PLATFORM, "linux/" + architecture()));
    assertThat(run(request)).as(sink.err()).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out())
        .containsPattern("tmpfs /m tmpfs .*size=1024k")
        .containsPattern("tmpfs /dev/shm tmpfs .*size=2048k")
        .endsWith("1770\n");
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  /// Older engines would leave it out without a word.
  @Test
  void isConfinedAsItSaysOrDoesNotBegin() throws Exception {
    RunRequest request =
        request(
            "grep -E NoNewPrivs|Seccomp: /proc/self/status",
            settings ->
                settings.put(
                    RunKeys.SECURITY_OPT, List.of("no-new-privileges", "seccomp=unconfined")));
    Outcome outcome = run(request);
    if (engine.docker.apiVersion(TestEngine.soon()).isAtLeast(ApiVersion.SERVICE_CONFINEMENT)) {
      assertThat(outcome).isEqualTo(new Outcome.Succeeded());
      assertThat(sink.out()).isEqualTo("NoNewPrivs:\t1\nSeccomp:\t0\n");
    } else {
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Broke.class,
              broke -> assertThat(broke.problem()).contains("needs Docker Engine 25 or later"));
      assertThat(engine.servicesOf(request)).isEmpty();
    }
  }

  @Test
  void saysAsWhomTheNodeAskedARegistryThatRefused(@TempDir Path folder) throws Exception {
    try (ClosedRegistry registry = new ClosedRegistry()) {
      Files.writeString(folder.resolve("config.json"), registry.login("robot", "wrong-password"));
      RunRequest request =
          request(
              "true",
              s ->
                  s.put(RunKeys.IMAGE, registry.image())
                      .put(EngineKeys.REGISTRY_CONFIG, folder.toString()));
      String who = "; tried as user \"robot\" from " + folder.resolve("config.json");
      assertThat(run(request))
          .isInstanceOfSatisfying(
              Outcome.Broke.class,
              broke ->
                  assertThat(broke.problem())
                      .startsWith("its node rejected the task: ")
                      .endsWith(who));
      assertThat(engine.servicesOf(request)).isEmpty();
    }
  }

  @Test
  void waitsForWhatNoNodeHas() throws Exception {
    RunRequest request =
        request("true", s -> s.put(ServiceKeys.GENERIC_RESOURCE, List.of("NVIDIA-GPU=1")));
    Started run = start(request);
    for (int i = 0; i < 300 && sink.said().isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertThat(sink.said()).anyMatch(said -> said.contains("insufficient resources"));
    stop.request(Duration.ofSeconds(1));
    assertThat(run.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(engine.servicesOf(request)).isEmpty();
  }

  @Test
  void replacesTheEntrypointOrLeavesItOut() throws Exception {
    RunRequest without =
        request(
            "echo bare",
            s -> s.put(RunKeys.IMAGE, "ofelia-test/entry:1").put(RunKeys.ENTRYPOINT, ""));
    assertThat(run(without)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo("bare\n");
    RecordingAttempt other = new RecordingAttempt();
    RunRequest shell = request("\"echo $0 $1\" a b", s -> s.put(RunKeys.ENTRYPOINT, "sh -c"));
    assertThat(runner.run(shell, other, stop)).isEqualTo(new Outcome.Succeeded());
    assertThat(other.out()).isEqualTo("a b\n");
  }

  @Test
  void runsInTheNetworksThatAreNamed() throws Exception {
    RunRequest request = request("ls /sys/class/net", s -> s.put(RunKeys.NETWORK, List.of("host")));
    assertThat(run(request)).as(sink.said().toString()).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out().lines()).contains("lo").hasSizeGreaterThan(2);
    assertThat(run(request("true", s -> s.put(RunKeys.NETWORK, List.of("no")))).reason())
        .contains("there is no network \"no\"");
  }

  @Test
  void saysWhatIsWrongAndLeavesNothing() throws Exception {
    RunRequest image = request("true", s -> s.put(RunKeys.IMAGE, "localhost:1/none:1"));
    assertThat(run(image).reason()).contains("rejected", "localhost:1/none:1");
    RunRequest program = request("no-such-program");
    assertThat(run(program).reason()).contains("no-such-program");
    RunRequest mount = request("true", s -> s.put(RunKeys.VOLUME, List.of("/no/such/dir:/x")));
    assertThat(run(mount).reason()).contains("/no/such/dir");
    assertThat(run(request("true", s -> s.put(RunKeys.VOLUME, List.of("./x:/x")))).reason())
        .contains("not absolute");
    assertThat(run(request("true", s -> s.put(RunKeys.IMAGE, ""))).reason())
        .contains("image = NAME");
    assertThatThrownBy(() -> runner.run(program, new RecordingAttempt().refusing(), stop))
        .isInstanceOf(NotOursException.class);
    for (RunRequest each : List.of(image, program, mount)) {
      assertThat(engine.servicesOf(each)).isEmpty();
    }
    engine.awaitNoTasks();
  }

  @Test
  void saysWhyATaskWaitsAndEndsItAllTheSame() throws Exception {
    RunRequest request =
        request("true", s -> s.put(ServiceKeys.CONSTRAINTS, List.of("node.labels.no==where")));
    Started run = start(request);
    for (int i = 0; i < 150 && sink.said().isEmpty(); i++) {
      Thread.sleep(100);
    }
    assertThat(sink.said()).anyMatch(said -> said.contains("no suitable node"));
    stop.request(Duration.ZERO);
    assertThat(run.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(engine.servicesOf(request)).isEmpty();
  }

  @Test
  void saysWhenMemoryRanOut() throws Exception {
    RunRequest request =
        request("sh -c \"echo on; tail /dev/zero\"", s -> s.put(RunKeys.MEMORY, 8L << 20));
    Outcome outcome = run(request);
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    assertThat(outcome.reason()).contains("out of memory");
    assertThat(sink.out()).isEqualTo("on\n");
  }

  @Test
  void endsByItsOwnSignalOrByForceWhenStoppedAndKeepsTheOutput() throws Exception {
    RunRequest polite =
        request(
            "sh -c \"trap 'echo asked; exit 0' USR1; echo on; while :; do sleep 0.1; done\"",
            s -> s.put(RunKeys.STOP_SIGNAL, "SIGUSR1"));
    Started run = start(polite);
    sink.awaitOutput();
    stop.request(Duration.ofSeconds(20));
    assertThat(run.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(sink.out()).isEqualTo("on\nasked\n");
    assertThat(engine.servicesOf(polite)).isEmpty();
    engine.awaitNoTasks();

    RunRequest deaf =
        request(
            "sh -c \"trap '' TERM; echo on; while :; do sleep 0.1; done\"",
            s -> s.put(JobKeys.STOP_TIMEOUT, Duration.ofSeconds(1)).put(RunKeys.DELETE, false));
    RecordingAttempt second = new RecordingAttempt();
    ManualStop force = new ManualStop();
    Started killed = new Started(() -> runner.run(deaf, second, force));
    second.awaitOutput();
    force.request(Duration.ofSeconds(20));
    assertThat(killed.await(Duration.ofSeconds(30))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(second.out()).isEqualTo("on\n");
    assertThat(engine.servicesOf(deaf)).isEmpty();
    engine.awaitNoTasks();
  }

  @Test
  void leavesWhatRunsAndTakesItUpAgain() throws Exception {
    RunRequest request = request("sh -c \"echo one; sleep 4; echo two; exit 5\"");
    Started run = start(request);
    sink.awaitOutput();
    assertThat(run.leave()).containsInstanceOf(InterruptedException.class);
    for (Trace trace : List.of(sink.trace(), sink.intentOnly())) {
      assertThat(runner.find(request, trace)).isEqualTo(new Finding.Found());
    }
    assertThat(runner.resume(request, sink.intentOnly(), sink, stop))
        .isEqualTo(new Outcome.Failed(5, "exit code 5"));
    assertThat(sink.out()).isEqualTo("one\ntwo\n");
    assertThat(engine.servicesOf(request)).isEmpty();
    // The daemon died after the removal, and before it recorded the end.
    assertThat(runner.find(request, sink.trace())).isEqualTo(new Finding.Found());
    assertThat(runner.resume(request, sink.trace(), new RecordingAttempt(), stop))
        .isEqualTo(new Outcome.Failed(5, "exit code 5"));
    assertThat(runner.find(request, new Trace(sink.intent(), Optional.of(sink.intent()))))
        .isInstanceOf(Finding.Lost.class);
  }

  @Test
  void tellsWhatWasNeverCreatedAndTakesOverWhatWas() throws Exception {
    RunRequest request = request("echo once");
    RecordingAttempt dying =
        sink.onIntent(() -> {
          throw new IllegalStateException("the daemon dies here");
        });
    assertThatThrownBy(() -> runner.run(request, dying, stop)).hasMessage("the daemon dies here");
    assertThat(runner.find(request, sink.intentOnly())).isEqualTo(new Finding.NotBegun());

    // The creation was on its way when the daemon died, and came to pass after all.
    RunRequest kept = request("echo once", s -> s.put(RunKeys.DELETE, false));
    assertThat(run(kept, new RecordingAttempt())).isEqualTo(new Outcome.Succeeded());
    RecordingAttempt again = new RecordingAttempt();
    assertThat(run(kept, again)).isEqualTo(new Outcome.Succeeded());
    assertThat(again.out()).isEqualTo("once\n");
    assertThat(engine.servicesOf(kept)).hasSize(1);
    engine.docker.services().remove(engine.servicesOf(kept).getFirst().id(), TestEngine.soon());
  }

  private Outcome run(RunRequest request, RecordingAttempt attempt) throws Exception {
    return runner.run(request, attempt, stop);
  }

  @Test
  void removesLeftoversOfItsOwnStoreOnly() throws Exception {
    RunRequest left = request("sleep 600");
    RunRequest open = request("sleep 600");
    RunRequest foreign =
        TestEngine.request(
            JobKind.SERVICE_RUN, left.job().settings(), TestEngine.runOfAnotherStore());
    for (RunRequest each : List.of(left, open, foreign)) {
      RecordingAttempt attempt = new RecordingAttempt();
      Started run = new Started(() -> runner.run(each, attempt, stop));
      attempt.awaitStart();
      run.leave();
    }
    assertThat(Leftovers.remove(engine.docker, left.run(), KnownRuns.open(open.run())))
        .isEqualTo(1);
    assertThat(engine.servicesOf(left)).isEmpty();
    for (RunRequest each : List.of(open, foreign)) {
      List<Service> services = engine.servicesOf(each);
      assertThat(services).hasSize(1);
      engine.docker.services().remove(services.getFirst().id(), TestEngine.soon());
    }
    engine.awaitNoTasks();
  }

  @Test
  void failsTruthfullyWhenSomebodyRemovesTheService() throws Exception {
    RunRequest request =
        request(
            "sh -c \"echo on; sleep 600\"",
            s -> s.put(JobKeys.STOP_TIMEOUT, Duration.ofSeconds(1)));
    Started run = start(request);
    sink.awaitOutput();
    engine.docker.services().remove(sink.intent(), TestEngine.soon());
    Outcome outcome = run.await(Duration.ofSeconds(40));
    assertThat(outcome).isInstanceOfAny(Outcome.Failed.class, Outcome.Broke.class);
    assertThat(sink.out()).isEqualTo("on\n");
  }

  @Test
  void saysThatTheEngineIsNoManager() throws Exception {
    RunRequest running = request("sh -c \"echo on; sleep 600\"");
    Started run = start(running);
    sink.awaitOutput();
    engine.leaveSwarm();
    try {
      // An engine that leaves kills its tasks: their end may be seen before the manager is missed.
      assertThat(run.await(Duration.ofSeconds(40)))
          .isInstanceOfAny(Outcome.Broke.class, Outcome.Failed.class);
      assertThat(runner.find(running, new Trace(sink.intent(), Optional.empty())))
          .isInstanceOf(Finding.Lost.class);
      assertThat(run(request("true")).reason()).contains("no manager of a swarm", "job-run");
      assertThat(Leftovers.remove(engine.docker, running.run(), KnownRuns.OVER)).isZero();
    } finally {
      engine.joinSwarm();
    }
  }
}
