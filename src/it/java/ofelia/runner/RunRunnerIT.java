package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.PullPolicy;
import ofelia.config.RunKeys;
import ofelia.docker.Container;
import ofelia.docker.ContainerSpec;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerHost;
import ofelia.docker.RegistryLogins;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Trace;
import ofelia.source.EngineProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What run jobs promise, on a real engine.
@Timeout(120)
class RunRunnerIT {

  private static TestEngine engine;
  private static RunRunner runner;

  private final RecordingAttempt sink = new RecordingAttempt();
  private final ManualStop stop = new ManualStop();

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    runner =
        new RunRunner(
            engine.docker,
            engine.hub,
            new RegistryLogins(Path.of("/nonexistent")),
            new Maker("test-host", "1.2.3"),
            engine.time,
            engine.crew);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static RunRequest request(String command, UnaryOperator<Settings.Builder> more)
      throws Exception {
    Settings.Builder settings =
        new Settings.Builder()
            .put(RunKeys.IMAGE, TestEngine.IMAGE)
            .put(RunKeys.PULL, PullPolicy.MISSING)
            .put(ContainerKeys.USER, "")
            .put(RunKeys.NETWORK, List.of("none"))
            .put(JobKeys.COMMAND, command);
    return TestEngine.request(JobKind.RUN, more.apply(settings).build());
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

  private static Container onlyContainerOf(RunRequest request) {
    assertThat(engine.containersOf(request)).hasSize(1);
    return engine
        .docker
        .containers()
        .inspect(engine.containersOf(request).getFirst().id(), TestEngine.soon());
  }

  @Test
  void separatesOutputTellsTheExitCodeAndRemovesTheContainer() throws Exception {
    RunRequest request = request("sh -c \"echo good; echo bad >&2; exit 3\"");
    assertThat(run(request)).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(sink.out()).isEqualTo("good\n");
    assertThat(sink.err()).isEqualTo("bad\n");
    assertThat(sink.said()).isEmpty();
    assertThat(sink.trace().started()).hasValue(sink.intent() + " ended=3");
    assertThat(engine.containersOf(request)).isEmpty();
  }

  @Test
  void makesTheContainerThatTheKeysAskFor() throws Exception {
    RunRequest request =
        request(
            "sh -c \"id -un; pwd; hostname; ls -d /extra; echo $A $OFELIA_RUN_ID $OFELIA_ATTEMPT;"
                + " test -t 1 && echo terminal\"",
            settings ->
                settings
                    .put(ContainerKeys.USER, "worker")
                    .put(ContainerKeys.WORKING_DIR, "/tmp")
                    .put(RunKeys.HOSTNAME, "chosen")
                    .put(RunKeys.ENTRYPOINT, "/bin/entry")
                    .put(RunKeys.VOLUME, List.of("/extra"))
                    .put(JobKeys.ENVIRONMENT, List.of("A=own"))
                    .put(ContainerKeys.TTY, true)
                    .put(RunKeys.ANNOTATIONS, List.of("team=web", "ofelia.version=mine"))
                    .put(RunKeys.STOP_SIGNAL, "SIGUSR2")
                    .put(RunKeys.CONTAINER_NAME, "ofelia-test-run-named")
                    .put(RunKeys.DELETE, false));
    assertThat(run(request)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out().lines().skip(1))
        .containsExactly(
            "worker", "/tmp", "chosen", "/extra", "own " + request.run() + " 1", "terminal");
    assertThat(sink.out()).startsWith("entry: sh -c");
    Container kept = onlyContainerOf(request);
    assertThat(kept.name()).isEqualTo("ofelia-test-run-named");
    assertThat(kept.host().networkMode()).isEqualTo("none");
    assertThat(kept.host().autoRemove()).isFalse();
    assertThat(kept.config().stopSignal()).isIn("SIGUSR2", "12"); // Podman tells its number
    assertThat(kept.config().labels())
        .containsEntry("ofelia.job.name", "ofelia-test job/1")
        .containsEntry("ofelia.job.type", "run")
        .containsEntry("ofelia.scheduler.host", "test-host")
        .containsEntry("ofelia.version", "mine")
        .containsEntry("ofelia.run.id", request.run().toString())
        .containsEntry("team", "web")
        .hasEntrySatisfying(
            "ofelia.execution.time", time -> assertThat(time).matches("[0-9T:-]+Z"));
    engine.removeContainer(kept.id());
  }

  @Test
  void letsRunsOfOneJobOverlap() throws Exception {
    RunRequest first = request("sleep 1");
    RunRequest second = request("sleep 1");
    Started one = start(first);
    Started two = new Started(() -> runner.run(second, new RecordingAttempt(), stop));
    assertThat(one.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Succeeded());
    assertThat(two.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Succeeded());
  }

  @Test
  void missesNoContainerThatEndsAtOnce() throws Exception {
    for (int i = 0; i < 5; i++) {
      RecordingAttempt each = new RecordingAttempt();
      assertThat(runner.run(request("echo x"), each, stop)).isEqualTo(new Outcome.Succeeded());
      assertThat(each.out()).isEqualTo("x\n");
    }
  }

  @Test
  void keepsFiveMegabytesAndALineOfAHundredByteForByte() throws Exception {
    assertThat(run(request("seq 1 700000"))).isEqualTo(new Outcome.Succeeded());
    StringBuilder numbers = new StringBuilder();
    for (int i = 1; i <= 700_000; i++) {
      numbers.append(i).append('\n');
    }
    assertThat(sink.outBytes())
        .isEqualTo(numbers.toString().getBytes(StandardCharsets.US_ASCII))
        .hasSizeGreaterThan(4_700_000);

    RecordingAttempt big = new RecordingAttempt();
    RunRequest request = request("sh -c \"head -c 104857600 /dev/zero | tr '\\\\0' x\"");
    assertThat(runner.run(request, big, stop)).isEqualTo(new Outcome.Succeeded());
    byte[] expected = new byte[104_857_600];
    Arrays.fill(expected, (byte) 'x');
    assertThat(Arrays.equals(big.outBytes(), expected)).isTrue();
  }

  @Test
  void endsByItsOwnSignalOrByForceWhenStopped() throws Exception {
    RunRequest polite =
        request(
            "sh -c \"trap 'echo asked; exit 0' USR1; echo on; while :; do sleep 0.1; done\"",
            s -> s.put(RunKeys.STOP_SIGNAL, "SIGUSR1"));
    Started run = start(polite);
    sink.awaitOutput();
    stop.request(Duration.ofSeconds(20));
    assertThat(run.await(Duration.ofSeconds(10))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(sink.out()).isEqualTo("on\nasked\n");
    assertThat(engine.containersOf(polite)).isEmpty();

    RunRequest deaf =
        request(
            "sh -c \"trap '' TERM; echo on; while :; do sleep 0.1; done\"",
            s -> s.put(JobKeys.STOP_TIMEOUT, Duration.ofSeconds(1)));
    RecordingAttempt second = new RecordingAttempt();
    ManualStop force = new ManualStop();
    Started killed = new Started(() -> runner.run(deaf, second, force));
    second.awaitOutput();
    long from = System.nanoTime();
    force.request(Duration.ofSeconds(20));
    assertThat(killed.await(Duration.ofSeconds(10))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofMillis(900));
    assertThat(engine.containersOf(deaf)).isEmpty();
  }

  @Test
  void hasLessTimeToEndWhenASecondRequestSaysSo() throws Exception {
    RunRequest deaf = request("sh -c \"trap '' TERM; echo on; while :; do sleep 0.1; done\"");
    Started run = start(deaf);
    sink.awaitOutput();
    stop.request(Duration.ofSeconds(30));
    Thread.sleep(500);
    assertThat(run.isOver()).isFalse();
    stop.request(Duration.ofMillis(300));
    assertThat(run.await(Duration.ofSeconds(8))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(engine.containersOf(deaf)).isEmpty();
  }

  @Test
  void asksByTheOrdinarySignalWhenTheEngineDoesNotKnowTheWrittenOne() throws Exception {
    engine.createContainer(
        "ofelia-test-run-signal",
        "sh",
        "-c",
        "trap 'echo asked; exit 0' TERM; echo on; while :; do sleep 0.1; done");
    RunRequest request =
        request(
            "",
            s ->
                s.put(ContainerKeys.CONTAINER, "ofelia-test-run-signal")
                    .put(RunKeys.STOP_SIGNAL, "SIGNONSENSE"));
    Started run = start(request);
    sink.awaitOutput();
    stop.request(Duration.ofSeconds(20));
    assertThat(run.await(Duration.ofSeconds(8))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(sink.out()).isEqualTo("on\nasked\n");
    assertThat(sink.said()).anyMatch(text -> text.contains("SIGNONSENSE"));
  }

  @Test
  void asksAgainWhileAProxyDoesNotLetItAskForAContainerThatRuns(@TempDir Path folder)
      throws Exception {
    Path socket = Path.of(System.getenv("OFELIA_TEST_DOCKER_HOST").substring("unix://".length()));
    try (EngineProxy proxy = new EngineProxy(socket, folder)) {
      DockerClient docker = DockerClient.of(DockerHost.parse(proxy.host()), Optional.empty());
      RunRunner proxied =
          new RunRunner(
              docker,
              engine.hub,
              new RegistryLogins(Path.of("/nonexistent")),
              new Maker("test-host", "1.2.3"),
              engine.time,
              engine.crew);
      RunRequest request = request("sh -c \"echo on; sleep 5; echo off; exit 7\"");
      Started run = new Started(() -> proxied.run(request, sink, stop));
      sink.awaitOutput();
      proxy.become(
          new EngineProxy.Behaviour.Answer("/json ", 403, "{\"message\":\"not allowed\"}"));
      Thread.sleep(2_000);
      assertThat(run.isOver()).isFalse();
      proxy.become(new EngineProxy.Behaviour.Forward());
      assertThat(run.await(Duration.ofSeconds(30))).isEqualTo(new Outcome.Failed(7, "exit code 7"));
      assertThat(sink.out()).isEqualTo("on\noff\n");
    }
  }

  @Test
  void saysWhatIsWrongAndLeavesNothing() throws Exception {
    RunRequest network = request("true", s -> s.put(RunKeys.NETWORK, List.of("no")));
    assertThat(run(network).reason()).contains("there is no network \"no\"");
    RunRequest program = request("no-such-program");
    assertThat(run(program).reason()).contains("no-such-program", TestEngine.IMAGE);
    RunRequest image = request("true", s -> s.put(RunKeys.IMAGE, "localhost:1/none:1"));
    assertThat(run(image).reason()).contains("localhost:1/none:1");
    assertThat(run(request("true", s -> s.put(RunKeys.IMAGE, ""))).reason())
        .contains("image = NAME");
    assertThatThrownBy(() -> runner.run(program, new RecordingAttempt().refusing(), stop))
        .isInstanceOf(NotOursException.class);
    for (RunRequest each : List.of(network, program, image)) {
      assertThat(engine.containersOf(each)).isEmpty();
    }
  }

  @Test
  void usesTheLocalImageWhenThePullFails() throws Exception {
    RunRequest request = request("true", s -> s.put(RunKeys.PULL, PullPolicy.ALWAYS));
    assertThat(run(request)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.said()).singleElement().asString().contains("the local image is used");
  }

  @Test
  void pullsNothingWhenToldNeverTo() throws Exception {
    RunRequest here = request("true", s -> s.put(RunKeys.PULL, PullPolicy.NEVER));
    assertThat(run(here)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.said()).isEmpty();
    RunRequest away =
        request(
            "true",
            s -> s.put(RunKeys.PULL, PullPolicy.NEVER).put(RunKeys.IMAGE, "localhost:1/none:1"));
    assertThat(run(away).reason()).contains("does not have image", "pull = never");
    RunRequest foreign =
        request(
            "true",
            s -> s.put(RunKeys.PULL, PullPolicy.NEVER).put(RunKeys.PLATFORM, "linux/s390x"));
    assertThat(run(foreign).reason()).contains("linux/s390x", "pull = never");
  }

  @Test
  void saysWhenMemoryRanOut() throws Exception {
    RunRequest request =
        request(
            "sh -c \"echo on; tail /dev/zero\"",
            s -> s.put(RunKeys.MEMORY, 8L << 20).put(RunKeys.PIDS_LIMIT, 50));
    Outcome outcome = run(request);
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    assertThat(outcome.reason()).contains("out of memory");
    assertThat(sink.out()).isEqualTo("on\n");
    assertThat(engine.containersOf(request)).isEmpty();
  }

  @Test
  void boundsAndConfinesWhatTheKeysSay() throws Exception {
    RunRequest request =
        request(
            "sh -c \"ulimit -n; touch /x || echo read-only; touch /quick/x && echo tmpfs;"
                + " df -k /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2;"
                + " grep CapEff /proc/self/status | cut -f2; grep NoNewPrivs /proc/self/status |"
                + " cut -f2; cat /etc/hosts | grep friend | cut -f1; cat /proc/1/comm; true\"",
            s ->
                s.put(RunKeys.ULIMIT, List.of("nofile=100:200"))
                    .put(RunKeys.READ_ONLY, true)
                    .put(RunKeys.TMPFS, List.of("/quick:size=1m"))
                    .put(RunKeys.SHM_SIZE, 1L << 20)
                    .put(RunKeys.CAP_DROP, List.of("ALL"))
                    .put(RunKeys.CAP_ADD, List.of("CHOWN"))
                    .put(RunKeys.SECURITY_OPT, List.of("no-new-privileges"))
                    .put(RunKeys.NETWORK, List.of())
                    .put(RunKeys.EXTRA_HOSTS, List.of("friend:10.9.8.7"))
                    .put(RunKeys.DNS, List.of("10.0.0.53"))
                    .put(RunKeys.CPUS, 500_000_000L)
                    .put(RunKeys.PLATFORM, "")
                    .put(RunKeys.LOG_DRIVER, "json-file")
                    .put(RunKeys.LOG_OPT, List.of("max-size=1m"))
                    .put(RunKeys.LABELS, List.of("team=web"))
                    .put(RunKeys.INIT, false));
    assertThat(run(request)).as(sink.err()).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out().lines())
        .containsExactly(
            "100", "read-only", "tmpfs", "1024", "0000000000000001", "1", "10.9.8.7", "sh");
  }

  @Test
  void takesTheOutputByAttachingWhereTheLogDriverKeepsNone() throws Exception {
    UnaryOperator<Settings.Builder> none = s -> s.put(RunKeys.LOG_DRIVER, "none");
    RunRequest request = request("sh -c \"echo good; echo bad >&2; exit 3\"", none);
    assertThat(run(request)).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(sink.out()).isEqualTo("good\n");
    assertThat(sink.err()).isEqualTo("bad\n");
    assertThat(sink.said()).isEmpty();

    RecordingAttempt second = new RecordingAttempt();
    RunRequest left = request("sh -c \"echo one; sleep 2; echo two\"", none);
    Started run = new Started(() -> runner.run(left, second, stop));
    second.awaitOutput();
    run.leave();
    assertThat(runner.find(left, second.trace())).isEqualTo(new Finding.Found());
    assertThat(runner.resume(left, second.trace(), second, stop))
        .isEqualTo(new Outcome.Succeeded());
    assertThat(second.out()).isEqualTo("one\ntwo\n");
    assertThat(second.said()).singleElement().asString().contains("log driver keeps none");
  }

  @Test
  void connectsSeveralNetworksBeforeTheStart() throws Exception {
    engine.network("ofelia-test-one");
    engine.network("ofelia-test-one-more");
    RunRequest request =
        request(
            "sh -c \"ls /sys/class/net | grep -c eth\"",
            s -> s.put(RunKeys.NETWORK, List.of("ofelia-test-one", "ofelia-test-one-more")));
    assertThat(run(request)).as(sink.err()).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo("2\n");
    RunRequest impossible =
        request("true", s -> s.put(RunKeys.NETWORK, List.of("ofelia-test-one", "host")));
    assertThat(run(impossible)).isInstanceOf(Outcome.Broke.class);
    assertThat(engine.containersOf(impossible)).isEmpty();
  }

  @Test
  void replacesWhatAnEarlierRunLeftUnderItsNameAndNothingElse() throws Exception {
    UnaryOperator<Settings.Builder> named =
        s -> s.put(RunKeys.CONTAINER_NAME, "ofelia-test-run-name").put(RunKeys.DELETE, false);
    RunRequest first = request("true", named);
    assertThat(run(first)).isEqualTo(new Outcome.Succeeded());
    RunRequest second = request("sh -c \"echo on; sleep 600\"", named);
    RecordingAttempt going = new RecordingAttempt();
    ManualStop end = new ManualStop();
    Started run = new Started(() -> runner.run(second, going, end));
    going.awaitOutput();
    assertThat(engine.containersOf(first)).isEmpty();
    assertThat(run(request("true", named)).reason())
        .contains("container of run " + second.run(), "no-overlap");
    end.request(Duration.ZERO);
    run.await(Duration.ofSeconds(20));
    engine.removeContainer("ofelia-test-run-name");

    engine.createContainer("ofelia-test-run-name", "true");
    assertThat(run(request("true", named)).reason())
        .contains("\"ofelia-test-run-name\"", "not this Ofelia's");
  }

  @Test
  void removesAnonymousVolumesWithTheContainerAndLeavesNamedOnes() throws Exception {
    int before = engine.volumes().size();
    RunRequest request =
        request(
            "sh -c \"echo x >/data/x; echo y >/named/y\"",
            s -> s.put(RunKeys.VOLUME, List.of("/data", "ofelia-test-volume:/named")));
    assertThat(run(request)).as(sink.err()).isEqualTo(new Outcome.Succeeded());
    assertThat(engine.volumes()).hasSize(before + 1).contains("ofelia-test-volume");
    engine.removeVolume("ofelia-test-volume");
  }

  /// Podman 4 answers for a log only when there is something to read.
  @Test
  void endsAContainerThatPrintsNothing() throws Exception {
    RunRequest request =
        request("sh -c \"trap 'echo told; exit 5' TERM; while :; do sleep 0.1; done\"");
    Started run = start(request);
    sink.awaitStart();
    Thread.sleep(500);
    stop.request(Duration.ofSeconds(10));
    assertThat(run.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(sink.out()).isEqualTo("told\n");
    assertThat(engine.containersOf(request)).isEmpty();
  }

  @Test
  void startsAContainerThatIsThereAndKeepsOnlyItsOwnOutput() throws Exception {
    String id =
        engine.createContainer(
            "ofelia-test-run-existing", "sh", "-c", "echo run $(date +%s%N); exit 6");
    RunRequest request =
        request("", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-run-existing"));
    for (int i = 0; i < 3; i++) {
      RecordingAttempt each = new RecordingAttempt();
      assertThat(runner.run(request, each, stop)).isEqualTo(new Outcome.Failed(6, "exit code 6"));
      assertThat(each.out().lines()).singleElement().asString().startsWith("run ");
    }
    assertThat(engine.docker.containers().inspect(id, TestEngine.soon()).state().status())
        .isEqualTo("exited");
    engine.startContainer("ofelia-test-run-busy", "sleep", "600");
    RunRequest busy = request("", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-run-busy"));
    assertThat(run(busy).reason()).contains("it runs already");
  }

  /// Each start of a container is that of one run, and none is that of somebody else.
  @Test
  void startsAContainerThatIsThereForOneRunAtATime() throws Exception {
    String id =
        engine.createContainer("ofelia-test-run-shared", "sh", "-c", "echo x; sleep 5; exit 4");
    RunRequest request = request("", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-run-shared"));
    List<RecordingAttempt> sinks = new ArrayList<>();
    List<Started> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      RecordingAttempt each = new RecordingAttempt();
      sinks.add(each);
      runs.add(new Started(() -> runner.run(request, each, new ManualStop())));
    }
    int begun = 0;
    for (int i = 0; i < 5; i++) {
      Outcome outcome = runs.get(i).await(Duration.ofSeconds(30));
      if (outcome.equals(new Outcome.Failed(4, "exit code 4"))) {
        begun++;
        assertThat(sinks.get(i).out()).isEqualTo("x\n");
      } else {
        assertThat(outcome.reason()).contains("it runs already");
      }
    }
    assertThat(begun).isEqualTo(1);
    RecordingAttempt overtaken =
        new RecordingAttempt()
            .onIntent(() -> engine.docker.containers().start(id, TestEngine.soon()));
    assertThat(runner.run(request, overtaken, stop).reason()).contains("it runs already");
    RunRequest another = TestEngine.request(JobKind.RUN, request.job().settings());
    RecordingAttempt next = new RecordingAttempt();
    engine.removeContainer("ofelia-test-run-shared");
    engine.createContainer("ofelia-test-run-shared", "sh", "-c", "exit 4");
    assertThat(runner.run(another, next, stop)).isEqualTo(new Outcome.Failed(4, "exit code 4"));
  }

  @Test
  void leavesWhatRunsAndTakesItUpAgainFromItsFirstByte() throws Exception {
    RunRequest request = request("sh -c \"echo one; sleep 2; echo two; exit 5\"");
    Started run = start(request);
    sink.awaitOutput();
    assertThat(run.leave()).containsInstanceOf(InterruptedException.class);
    for (Trace trace : List.of(sink.trace(), sink.intentOnly())) {
      assertThat(runner.find(request, trace)).isEqualTo(new Finding.Found());
    }
    assertThat(runner.resume(request, sink.trace(), sink, stop))
        .isEqualTo(new Outcome.Failed(5, "exit code 5"));
    assertThat(sink.out()).isEqualTo("one\ntwo\n");
    assertThat(sink.said()).containsExactly("rewind");
    assertThat(engine.containersOf(request)).isEmpty();
    // The daemon died after the removal, and before it recorded the end.
    assertThat(runner.find(request, sink.trace())).isEqualTo(new Finding.Found());
    assertThat(runner.resume(request, sink.trace(), new RecordingAttempt(), stop))
        .isEqualTo(new Outcome.Failed(5, "exit code 5"));
    assertThat(runner.find(request, sink.intentOnly())).isInstanceOf(Finding.Lost.class);
  }

  @Test
  void takesUpWhatEndedMeanwhile() throws Exception {
    RunRequest request = request("sh -c \"echo one; sleep 1; exit 5\"");
    Started run = start(request);
    sink.awaitOutput();
    run.leave();
    Thread.sleep(2_000);
    assertThat(runner.find(request, sink.trace())).isEqualTo(new Finding.Found());
    assertThat(runner.resume(request, sink.trace(), sink, stop))
        .isEqualTo(new Outcome.Failed(5, "exit code 5"));
    assertThat(sink.out()).isEqualTo("one\n");
    assertThat(engine.containersOf(request)).isEmpty();
  }

  @Test
  void stopsWhatItTookUp() throws Exception {
    RunRequest request = request("sh -c \"echo on; sleep 600\"");
    Started run = start(request);
    sink.awaitOutput();
    run.leave();
    Started resumed = new Started(() -> runner.resume(request, sink.trace(), sink, stop));
    stop.request(Duration.ZERO);
    assertThat(resumed.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(engine.containersOf(request)).isEmpty();
  }

  @Test
  void removesWhatNeverStarted() throws Exception {
    RunRequest request = request("true");
    assertThatThrownBy(() -> runner.run(request, dying(), stop)).hasMessage("the daemon dies here");
    assertThat(onlyContainerOf(request).state().status()).isEqualTo("created");
    String recorded = sink.intent() + " unstarted";
    assertThat(runner.find(request, sink.intentOnly())).isEqualTo(new Finding.Unstarted(recorded));
    assertThat(engine.containersOf(request)).as("before that is on record").hasSize(1);
    Trace trace = new Trace(sink.intent(), Optional.of(recorded));
    assertThat(runner.find(request, trace)).isEqualTo(new Finding.NotBegun());
    assertThat(engine.containersOf(request)).isEmpty();
    assertThat(runner.find(request, trace))
        .as("when it dies before it records that, too")
        .isEqualTo(new Finding.NotBegun());
  }

  private RecordingAttempt dying() {
    return sink.onIntent(() -> {
      throw new IllegalStateException("the daemon dies here");
    });
  }

  /// The daemon died between creation and record, and the same run begins again.
  @Test
  void makesItsContainerAnewWhenAnUnrecordedOneHasItsName() throws Exception {
    RunRequest request = request("true");
    assertThatThrownBy(() -> runner.run(request, dying(), stop)).hasMessage("the daemon dies here");
    assertThat(runner.run(request, new RecordingAttempt(), stop))
        .isEqualTo(new Outcome.Succeeded());
    assertThat(engine.containersOf(request)).isEmpty();
  }

  @Test
  void removesLeftoversOfItsOwnStoreOnly() throws Exception {
    RunRequest created = request("true");
    assertThatThrownBy(() -> runner.run(created, dying(), stop)).hasMessage("the daemon dies here");
    RunRequest open = request("true");
    assertThatThrownBy(() -> runner.run(open, dying(), stop)).hasMessage("the daemon dies here");
    RunRequest foreign =
        TestEngine.request(JobKind.RUN, created.job().settings(), TestEngine.runOfAnotherStore());
    assertThatThrownBy(() -> runner.run(foreign, dying(), stop)).hasMessage("the daemon dies here");
    RunRequest kept = request("true", s -> s.put(RunKeys.DELETE, false));
    runner.run(kept, new RecordingAttempt(), stop);
    RunRequest ended = request("true");
    ContainerSpec spec = ContainerSpec.of(TestEngine.IMAGE);
    String left =
        engine
            .docker
            .containers()
            .create(
                "",
                spec.with(spec.program().withCommand(List.of("true")))
                    .with(spec.host().withNetwork("none"))
                    .withLabels(
                        Map.of(
                            "ofelia.run.id", ended.run().toString(), "ofelia-test.runners", "1")),
                TestEngine.soon())
            .id();
    engine.docker.containers().start(left, TestEngine.soon());
    Thread.sleep(1_000);

    RunId ours = created.run();
    KnownRuns noRecord = new KnownRuns(false, Set.of(open.run()), Set.of());
    assertThat(Leftovers.remove(engine.docker, ours, noRecord)).as("never started").isOne();
    assertThat(engine.containersOf(created)).isEmpty();
    assertThat(Leftovers.remove(engine.docker, ours, KnownRuns.open(open.run()))).isOne();
    assertThat(engine.containersOf(ended)).isEmpty();
    for (RunRequest each : List.of(open, foreign, kept)) {
      assertThat(engine.containersOf(each)).hasSize(1);
    }
  }

  private static void removeWhatOtherTestsLeft(RunRequest request) throws Exception {
    int _ = Leftovers.remove(engine.docker, request.run(), KnownRuns.OVER);
  }

  /// As tools do that make a container anew, or a second one like it.
  @Test
  void leavesCopiesOfItsContainersAlone() throws Exception {
    RunRequest request = request("true", s -> s.put(RunKeys.DELETE, false));
    removeWhatOtherTestsLeft(request);
    assertThat(run(request)).isEqualTo(new Outcome.Succeeded());
    Map<String, String> labels = new HashMap<>(onlyContainerOf(request).config().labels());
    labels.put("ofelia.run.keep", "false");
    engine.startLabelled("ofelia-test-copy", TestEngine.IMAGE, labels, "true");
    Thread.sleep(1_000);
    Set<String> handles = Set.of(sink.intent(), sink.trace().started().orElseThrow());
    assertThat(
            Leftovers.remove(engine.docker, request.run(), new KnownRuns(true, Set.of(), handles)))
        .isZero();
    assertThat(engine.containersOf(request)).hasSize(2);
    assertThat(Leftovers.remove(engine.docker, request.run(), KnownRuns.OVER)).isEqualTo(1);
  }

  /// As by `docker commit`: the containers of such an image are somebody else's.
  @Test
  void leavesContainersAloneThatHaveItsLabelsFromAnImage() throws Exception {
    String image = "ofelia-test/committed:1";
    RunRequest request = request("true", s -> s.put(RunKeys.DELETE, false));
    removeWhatOtherTestsLeft(request);
    assertThat(run(request)).isEqualTo(new Outcome.Succeeded());
    String kept = onlyContainerOf(request).id();
    engine.commit(kept, image);
    try {
      engine.removeContainer(kept);
      engine
          .docker
          .containers()
          .start(engine.createOf(image, "ofelia-test-theirs"), TestEngine.soon());
      Thread.sleep(1_000);
      assertThat(Leftovers.remove(engine.docker, request.run(), KnownRuns.OVER)).isZero();
      RunRequest named = request("true", s -> s.put(RunKeys.CONTAINER_NAME, "ofelia-test-theirs"));
      assertThat(runner.run(named, new RecordingAttempt(), stop))
          .isInstanceOfSatisfying(
              Outcome.Broke.class,
              broke -> assertThat(broke.problem()).contains("is not this Ofelia's"));
      assertThat(engine.containersOf(request)).hasSize(1);

      RunRequest own = request("true", s -> s.put(RunKeys.IMAGE, image));
      assertThatThrownBy(() -> runner.run(own, dying(), stop)).hasMessage("the daemon dies here");
      assertThat(Leftovers.remove(engine.docker, own.run(), KnownRuns.OVER)).isEqualTo(1);
      assertThat(engine.containersOf(own)).isEmpty();
    } finally {
      engine.removeContainer("ofelia-test-theirs");
      engine.removeImage(image);
    }
  }

  @Test
  void tellsWhetherAContainerThatWasThereWasStarted() throws Exception {
    engine.createContainer("ofelia-test-run-crash", "sh", "-c", "echo on; exit 6");
    RunRequest request = request("", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-run-crash"));
    runner.run(request, new RecordingAttempt(), stop);
    assertThatThrownBy(() -> runner.run(request, dying(), stop)).hasMessage("the daemon dies here");
    assertThat(runner.find(request, sink.intentOnly())).isEqualTo(new Finding.NotBegun());
    engine.docker.containers().start("ofelia-test-run-crash", TestEngine.soon());
    Thread.sleep(1_000);
    assertThat(runner.find(request, sink.intentOnly())).isEqualTo(new Finding.Found());
    RecordingAttempt again = new RecordingAttempt();
    assertThat(runner.resume(request, sink.intentOnly(), again, stop))
        .isEqualTo(new Outcome.Failed(6, "exit code 6"));
    assertThat(again.out()).isEqualTo("on\n");
    engine.removeContainer("ofelia-test-run-crash");
    assertThat(runner.find(request, new Trace(sink.intent(), Optional.empty())))
        .isInstanceOf(Finding.Lost.class);
  }

  @Test
  void failsTruthfullyWhenSomebodyRemovesTheContainer() throws Exception {
    RunRequest request = request("sh -c \"echo on; sleep 600\"");
    Started run = start(request);
    sink.awaitOutput();
    try {
      engine.removeContainer(onlyContainerOf(request).id());
    } catch (DockerException e) {
      // The runner removed it first, since it ended.
      assertThat(e.isNotFound() || e.isConflict()).isTrue();
    }
    assertThat(run.await(Duration.ofSeconds(20)))
        .isInstanceOfAny(Outcome.Failed.class, Outcome.Broke.class);
    assertThat(sink.out()).isEqualTo("on\n");
  }
}
