package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import ofelia.config.ContainerKeys;
import ofelia.config.ExecKeys;
import ofelia.config.JobKeys;
import ofelia.docker.ContainerSpec;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Trace;
import ofelia.wire.Idle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What exec jobs promise, on a real engine.
@Timeout(120)
class ExecRunnerIT {

  private static final String HOME = "ofelia-test-exec";

  private static TestEngine engine;
  private static ExecRunner runner;

  private final RecordingAttempt sink = new RecordingAttempt();
  private final ManualStop stop = new ManualStop();

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    engine.startContainer(HOME, "sleep", "3600");
    runner = new ExecRunner(engine.docker, engine.hub, engine.time, engine.crew);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static RunRequest request(String command, UnaryOperator<Settings.Builder> more)
      throws Exception {
    Settings.Builder settings =
        new Settings.Builder()
            .put(ContainerKeys.CONTAINER, HOME)
            .put(ContainerKeys.USER, "")
            .put(JobKeys.COMMAND, command);
    return TestEngine.request(JobKind.EXEC, more.apply(settings).build());
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

  /// What looks for the processes cannot begin while the container has no process to spare; that is
  /// no reason to leave them alone for good.
  @Test
  void endsACommandOnceItsContainerHasRoomForThat() throws Exception {
    String full = "ofelia-test-exec-full";
    ContainerSpec spec = ContainerSpec.of(TestEngine.IMAGE);
    var limits = new ContainerSpec.Limits(0, 0, 8, 0, List.of(), List.of());
    String id =
        engine
            .docker
            .containers()
            .create(
                full,
                spec.with(spec.program().withCommand(List.of("sleep", "3600")))
                    .with(spec.host().withNetwork("none").with(limits)),
                TestEngine.soon())
            .id();
    engine.docker.containers().start(id, TestEngine.soon());
    try {
      String script =
          "trap '' TERM; for i in 1 2 3 4 5 6; do sleep 600 & done; echo on; while :; do wait; done";
      RunRequest request =
          request(TestEngine.quoted("sh", "-c", script), s -> s.put(ContainerKeys.CONTAINER, full));
      Started run = start(request);
      sink.awaitOutput();
      stop.request(Duration.ofSeconds(1));
      for (int i = 0; i < 200 && sink.said().isEmpty(); i++) {
        Thread.sleep(50);
      }
      assertThat(sink.said())
          .first()
          .asString()
          .startsWith("warn: the command cannot be ended yet");
      assertThat(run.isOver()).isFalse();
      RunProcesses.of(request).stream()
          .filter(process -> process.info().arguments().orElse(new String[0]).length == 1)
          .forEach(ProcessHandle::destroyForcibly);
      assertThat(run.await(Duration.ofSeconds(30))).isEqualTo(new Outcome.Cancelled("the test"));
      RunProcesses.assertNoneOf(request);
    } finally {
      engine.removeContainer(full);
    }
  }

  @Test
  void separatesOutputAndTellsTheExitCode() throws Exception {
    Outcome outcome = run(request("sh -c \"echo good; echo bad >&2; exit 3\""));
    assertThat(outcome).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(sink.out()).isEqualTo("good\n");
    assertThat(sink.err()).isEqualTo("bad\n");
    assertThat(sink.trace().started()).hasValue(sink.intent());
    assertThat(sink.said()).isEmpty();
  }

  @Test
  void runsAsItsKeysSay(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("env"), "A=file\nB=file\nC=file\n");
    ContainerSpec plain = ContainerSpec.of(TestEngine.IMAGE);
    String other =
        engine
            .docker
            .containers()
            .create(
                "ofelia-test-exec-env",
                plain
                    .with(plain.program().withEnv(List.of("B=from", "C=from", "D=from")))
                    .withLabels(java.util.Map.of("ofelia-test.runners", "1")),
                TestEngine.soon())
            .id();
    RunRequest request =
        request(
            "sh -c \"echo $A $B $C $D; id -un; pwd; echo $OFELIA_RUN_ID $OFELIA_JOB $OFELIA_DUE"
                + " $OFELIA_CAUSE $OFELIA_ATTEMPT; test -t 1 && echo terminal\"",
            settings ->
                settings
                    .put(JobKeys.ENV_FILE, List.of(file.toString()))
                    .put(ContainerKeys.ENV_FROM, List.of(other))
                    .put(JobKeys.ENVIRONMENT, List.of("C=own", "OFELIA_JOB=mine"))
                    .put(ContainerKeys.USER, "worker")
                    .put(ContainerKeys.WORKING_DIR, "/tmp")
                    .put(ContainerKeys.TTY, true)
                    .put(ExecKeys.CONSOLE_WIDTH, 133)
                    .put(ExecKeys.CONSOLE_HEIGHT, 44));
    assertThat(run(request)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out().lines())
        .containsExactly(
            "file from own from",
            "worker",
            "/tmp",
            request.run() + " ofelia-test job/1 2026-01-02T03:04:05Z schedule 1",
            "terminal");
    assertThat(sink.err()).isEmpty();
  }

  @Test
  void endsWithItsProcessThoughAChildKeepsTheOutputOpen() throws Exception {
    long from = System.nanoTime();
    Outcome outcome = run(request("sh -c \"echo before; sleep 600 & exit 3\""));
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    assertThat(outcome).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(sink.out()).isEqualTo("before\n");
    // Engine 28 tells nobody before two seconds are over; Engine 20.10 admits it when asked.
    assertThat(took).isLessThan(Duration.ofMillis(2_500));
  }

  @Test
  void missesNoProcessThatEndsAtOnce() throws Exception {
    for (int i = 0; i < 30; i++) {
      RecordingAttempt each = new RecordingAttempt();
      assertThat(runner.run(request("sh -c \"echo x; exit 4\""), each, stop))
          .isEqualTo(new Outcome.Failed(4, "exit code 4"));
      assertThat(each.out()).isEqualTo("x\n");
    }
  }

  @Test
  void keepsFiveMegabytesAndALineOfAHundredByteForByte() throws Exception {
    assertThat(run(request("sh -c \"seq 1 700000; head -c 300000 /dev/zero | tr '\\\\0' e >&2\"")))
        .isEqualTo(new Outcome.Succeeded());
    StringBuilder numbers = new StringBuilder();
    for (int i = 1; i <= 700_000; i++) {
      numbers.append(i).append('\n');
    }
    assertThat(sink.outBytes())
        .isEqualTo(numbers.toString().getBytes(StandardCharsets.US_ASCII))
        .hasSizeGreaterThan(4_700_000);
    assertThat(sink.err()).isEqualTo("e".repeat(300_000));

    RecordingAttempt big = new RecordingAttempt();
    assertThat(
            runner.run(request("sh -c \"head -c 104857600 /dev/zero | tr '\\\\0' x\""), big, stop))
        .isEqualTo(new Outcome.Succeeded());
    byte[] expected = new byte[104_857_600];
    Arrays.fill(expected, (byte) 'x');
    assertThat(Arrays.equals(big.outBytes(), expected)).isTrue();
  }

  @Test
  void saysWhatIsWrongWithACommandThatCannotRun() throws Exception {
    Outcome missing = run(request("no-such-program"));
    assertThat(missing)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.exit()).isIn(126, 127);
              assertThat(failed.reason())
                  .contains(
                      engine.isPodman() ? "(as of a command that" : "the command could not be run");
            });
    assertThat(sink.out() + sink.err()).contains("no-such-program");
    assertThat(run(request(""))).isInstanceOf(Outcome.Broke.class);
    assertThat(
            run(request("true", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-nowhere")))
                .reason())
        .contains("ofelia-test-nowhere", "there is no such container");
    assertThat(
            run(request("true", s -> s.put(JobKeys.ENV_FILE, List.of("/no/such/file")))).reason())
        .contains("/no/such/file");
    engine.createContainer("ofelia-test-exec-stopped", "sleep", "1");
    assertThat(
            run(request("true", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-exec-stopped")))
                .reason())
        .contains("ofelia-test-exec-stopped", "start it");
  }

  @Test
  void resolvesTheContainerAtEachRun() throws Exception {
    RunRequest request =
        request("hostname", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-exec-anew"));
    String first = engine.startContainer("ofelia-test-exec-anew", "sleep", "600");
    run(request);
    engine.removeContainer("ofelia-test-exec-anew");
    String second = engine.startContainer("ofelia-test-exec-anew", "sleep", "600");
    run(request);
    assertThat(sink.out().lines()).containsExactly(first.substring(0, 12), second.substring(0, 12));
  }

  @Test
  void endsWhatItBeganThoughAnotherContainerHasTheNameByNow() throws Exception {
    String name = "ofelia-test-exec-renamed";
    engine.startContainer(name, "sleep", "600");
    Started run =
        start(
            request(
                "sh -c \"trap '' TERM; echo on; sleep 600 & wait; sleep 600\"",
                s -> s.put(ContainerKeys.CONTAINER, name)));
    sink.awaitOutput();
    engine.rename(name, name + "-old");
    engine.startContainer(name, "sleep", "600");
    stop.request(Duration.ofMillis(500));
    assertThat(run.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Cancelled("the test"));
  }

  @Test
  void failsWhenItsContainerIsKilledMeanwhile() throws Exception {
    engine.startContainer("ofelia-test-exec-killed", "sleep", "600");
    Started run =
        start(
            request(
                "sh -c \"echo on; sleep 600\"",
                s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-exec-killed")));
    sink.awaitOutput();
    engine.removeContainer("ofelia-test-exec-killed");
    assertThat(run.await(Duration.ofSeconds(15)))
        .isNotInstanceOf(Outcome.Succeeded.class)
        .isNotInstanceOf(Outcome.Cancelled.class);
  }

  @Test
  void startsNothingThatIsNotOursOrStopped() throws Exception {
    RunRequest request = request("touch /tmp/not-ours");
    assertThatThrownBy(() -> runner.run(request, new RecordingAttempt().refusing(), stop))
        .isInstanceOf(NotOursException.class);
    stop.request(Duration.ZERO);
    assertThat(run(request)).isEqualTo(new Outcome.Cancelled("the test"));
    RecordingAttempt look = new RecordingAttempt();
    assertThat(runner.run(request("test -e /tmp/not-ours"), look, new ManualStop()))
        .isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void leavesWhatRunsAndTakesItUpAgain() throws Exception {
    RunRequest request = request("sh -c \"echo one; sleep 3; echo two; exit 5\"");
    Started run = start(request);
    sink.awaitOutput();
    assertThat(run.leave()).containsInstanceOf(InterruptedException.class);
    assertThat(runner.find(request, sink.trace())).isEqualTo(new Finding.Found());
    RecordingAttempt again = new RecordingAttempt();
    assertThat(runner.resume(request, sink.trace(), again, stop))
        .isEqualTo(new Outcome.Failed(5, "exit code 5"));
    assertThat(again.said()).singleElement().asString().startsWith("mark: ");
  }

  /// A cut stream makes Engine 20.10 forget the exit code of a command that prints on.
  @Test
  void knowsTheExitCodeOfOneThatPrintedOnAndEndedWhileNobodyLooked() throws Exception {
    RunRequest request =
        request("sh -c \"for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.2; done; exit 5\"");
    Started run = start(request);
    sink.awaitOutput();
    run.leave();
    Thread.sleep(3_500);
    for (Trace trace : List.of(sink.trace(), sink.intentOnly())) {
      assertThat(runner.find(request, trace)).isEqualTo(new Finding.Found());
      assertThat(runner.resume(request, trace, new RecordingAttempt(), stop))
          .isEqualTo(new Outcome.Failed(5, "exit code 5"));
    }
  }

  @Test
  void tellsWhatNeverBegan() throws Exception {
    RunRequest request = request("true");
    assertThatThrownBy(() ->
            runner.run(
                request,
                sink.onIntent(() -> {
                  throw new IllegalStateException("the daemon dies here");
                }),
                stop))
        .isInstanceOf(IllegalStateException.class);
    assertThat(runner.find(request, sink.intentOnly())).isEqualTo(new Finding.NotBegun());
  }

  /// An engine that hung when the daemon died may come to the start that it was told of.
  @Test
  void doesNotCallAStartThatComesLateNotBegun() throws Exception {
    RunRequest request = request("sh -c \"sleep 2; exit 5\"");
    assertThatThrownBy(() ->
            runner.run(
                request,
                sink.onIntent(() -> {
                  throw new IllegalStateException("the daemon dies here");
                }),
                stop))
        .isInstanceOf(IllegalStateException.class);
    String exec = sink.intent().split(" ")[0];
    Thread late =
        Thread.ofVirtual()
            .start(() -> {
              sleep(300);
              engine.docker.execs().start(exec, false, TestEngine.soon(), Idle.unlimited()).close();
            });
    assertThat(runner.find(request, sink.intentOnly())).isEqualTo(new Finding.Found());
    late.join();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void callsLostWhatNobodyCanKnow() throws Exception {
    engine.startContainer("ofelia-test-exec-lost", "sleep", "600");
    RunRequest request =
        request("sleep 500", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-exec-lost"));
    Started run = start(request);
    sink.awaitStart();
    run.leave();
    Trace unknown =
        new Trace("f".repeat(64) + " " + sink.intent().split(" ")[1], java.util.Optional.empty());
    assertThat(runner.find(request, unknown)).isInstanceOf(Finding.Lost.class);
    engine.removeContainer("ofelia-test-exec-lost");
    assertThat(runner.find(request, unknown))
        .isEqualTo(new Finding.Lost("its container was removed"));
  }
}
