package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import ofelia.model.Outcome;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.plugin.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every kind of work that runs a program promises. A subclass names the runner, and says how
/// a script is put to it; what it promises beyond this stays in a test of its own.
///
/// A time limit and a person who stops a run look the same to a runner: a [ofelia.plugin.Stop]. The
/// death of the daemon is an interrupt of the run's thread, which must leave the work as it is, and
/// a call of [Runner#find] by another runner.
@Timeout(180)
abstract class RunnerContract {

  static final Duration SOON = Duration.ofSeconds(20);

  /// Longer than any work here takes to end by TERM.
  static final Duration GRACE = Duration.ofSeconds(15);

  final RecordingAttempt sink = new RecordingAttempt();
  final ManualStop stop = new ManualStop();

  abstract Runner runner();

  /// A runner that knows nothing of what the first one did, as after a restart.
  abstract Runner anotherRunner();

  /// A run of `sh -c script`.
  abstract RunRequest request(String script) throws Exception;

  final Outcome run(RunRequest request) throws Exception {
    return runner().run(request, sink, stop);
  }

  final Started start(RunRequest request) throws Exception {
    return new Started(() -> runner().run(request, sink, stop));
  }

  /// Starts work that prints `on`, and waits until it has.
  final Started startAndAwait(RunRequest request) throws Exception {
    Started run = start(request);
    sink.awaitOutput();
    return run;
  }

  // ---- how it ends ---------------------------------------------------------------------------

  @Test
  void succeedsWithoutAWord() throws Exception {
    assertThat(run(request("true"))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out() + sink.err()).isEmpty();
    assertThat(sink.said()).isEmpty();
    assertThat(sink.hasIntent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 42, 125, 126, 127, 128, 130, 143, 255})
  void tellsEachExitCode(int code) throws Exception {
    assertThat(run(request("echo on; exit " + code)))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.exit()).isEqualTo(code);
              assertThat(failed.reason()).contains("exit code " + code);
            });
    assertThat(sink.out()).isEqualTo("on\n");
  }

  @Test
  void tellsThatASignalEndedIt() throws Exception {
    RunRequest request = request("echo on; exec sleep 600");
    Started run = startAndAwait(request);
    RunProcesses.kill(request);
    assertThat(run.await(SOON))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.exit()).isEqualTo(137);
              assertThat(failed.reason()).contains("signal 9");
            });
  }

  @Test
  void missesNothingOfWorkThatEndsBeforeAnybodyListens() throws Exception {
    for (int i = 0; i < 15; i++) {
      RecordingAttempt each = new RecordingAttempt();
      assertThat(runner().run(request("echo x; exit 4"), each, stop))
          .isInstanceOfSatisfying(
              Outcome.Failed.class, failed -> assertThat(failed.exit()).isEqualTo(4));
      assertThat(each.out()).isEqualTo("x\n");
    }
  }

  @Test
  void endsThoughAChildIsLeftBehind() throws Exception {
    RunRequest request = request("sleep 600 & echo on; exit 3");
    long from = System.nanoTime();
    Outcome outcome = run(request);
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    RunProcesses.of(request).forEach(ProcessHandle::destroyForcibly);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.exit()).isEqualTo(3));
    assertThat(sink.out()).isEqualTo("on\n");
    assertThat(took).isLessThan(Duration.ofSeconds(8));
  }

  // ---- what it prints ------------------------------------------------------------------------

  @Test
  void keepsBothStreamsApart() throws Exception {
    run(request("echo good; echo bad >&2; printf 'no end'"));
    assertThat(sink.out()).isEqualTo("good\nno end");
    assertThat(sink.err()).isEqualTo("bad\n");
  }

  @Test
  void keepsFiftyMegabytesByteForByte() throws Exception {
    byte[] expected = new byte[50 << 20];
    Arrays.fill(expected, (byte) 'x');
    assertThat(run(request("head -c " + expected.length + " /dev/zero | tr '\\0' x")))
        .isEqualTo(new Outcome.Succeeded());
    assertThat(Arrays.equals(sink.outBytes(), expected)).isTrue();
  }

  // ---- how it is ended -----------------------------------------------------------------------

  @Test
  void isEndedByItsStopSignal() throws Exception {
    // Not `sleep 600 & wait`: a child that is signalled before it becomes `sleep` loses the signal.
    RunRequest request =
        request("trap 'echo told; exit 5' TERM; echo on; while :; do sleep 0.1; done");
    Started run = startAndAwait(request);
    stop.request(GRACE);
    assertThat(run.await(GRACE)).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(sink.out()).isEqualTo("on\ntold\n");
    RunProcesses.assertNoneOf(request);
  }

  @Test
  void isKilledWhenItIgnoresItsStopSignal() throws Exception {
    RunRequest request = request("trap '' TERM; echo on; while :; do sleep 1; done");
    Started run = startAndAwait(request);
    Duration grace = Duration.ofSeconds(2);
    long from = System.nanoTime();
    stop.request(grace);
    assertThat(run.await(SOON)).isEqualTo(new Outcome.Cancelled("the test"));
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    assertThat(took).isBetween(grace, grace.plusSeconds(10));
    RunProcesses.assertNoneOf(request);
  }

  /// Children that begin a session of their own, ignore the signal or outlive their parent.
  @Test
  void isEndedWithAllItsChildren() throws Exception {
    RunRequest request =
        request(
            "(trap '' TERM; sleep 600; sleep 600) & setsid sh -c \"trap '' TERM; sleep 600 & wait;"
                + " sleep 600\" & echo on; sleep 600");
    Started run = startAndAwait(request);
    stop.request(Duration.ofSeconds(1));
    assertThat(run.await(SOON)).isEqualTo(new Outcome.Cancelled("the test"));
    RunProcesses.assertNoneOf(request);
  }

  @Test
  void endsNoOtherRun() throws Exception {
    RunRequest request = request("echo on; sleep 600");
    RunRequest other = request("echo on; sleep 3; exit 6");
    RecordingAttempt otherSink = new RecordingAttempt();
    Started otherRun = new Started(() -> runner().run(other, otherSink, new ManualStop()));
    otherSink.awaitOutput();
    Started run = startAndAwait(request);
    stop.request(GRACE);
    assertThat(run.await(GRACE)).isInstanceOf(Outcome.Cancelled.class);
    assertThat(otherRun.await(SOON))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.exit()).isEqualTo(6));
  }

  @Test
  void beginsNothingThatIsNotOurs() throws Exception {
    RunRequest request = request("echo on; sleep 600");
    assertThatThrownBy(
            () -> runner().run(request, new RecordingAttempt().refusing(), new ManualStop()))
        .isInstanceOf(NotOursException.class);
    RunProcesses.assertNoneOf(request);
  }

  @Test
  void beginsNothingThatIsStoppedBefore() throws Exception {
    RunRequest request = request("echo on; sleep 600");
    stop.request(Duration.ZERO);
    assertThat(run(request)).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(sink.out()).isEmpty();
    RunProcesses.assertNoneOf(request);
  }

  // ---- the daemon dies -----------------------------------------------------------------------

  @Test
  void isFoundAgainAfterTheDaemonDied() throws Exception {
    RunRequest request = request("echo on; sleep 4; exit 7");
    Started run = startAndAwait(request);
    assertThat(run.leave()).containsInstanceOf(InterruptedException.class);
    for (Trace trace : new Trace[] {sink.trace(), sink.intentOnly()}) {
      Finding finding = anotherRunner().find(request, trace);
      if (!runner().canOutlive()) {
        assertThat(finding).isInstanceOf(Finding.Lost.class);
        RunProcesses.assertNoneOf(request);
        return;
      }
      assertThat(finding).isEqualTo(new Finding.Found());
    }
    assertThat(anotherRunner().resume(request, sink.trace(), new RecordingAttempt(), stop))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.exit()).isEqualTo(7));
    RunProcesses.assertNoneOf(request);
  }

  @Test
  void isEndedAfterTheDaemonDiedAndCameBack() throws Exception {
    RunRequest request = request("trap '' TERM; echo on; while :; do sleep 1; done");
    Started run = startAndAwait(request);
    run.leave();
    Runner another = anotherRunner();
    Finding finding = another.find(request, sink.trace());
    if (runner().canOutlive()) {
      assertThat(finding).isEqualTo(new Finding.Found());
      Started resumed =
          new Started(() -> another.resume(request, sink.trace(), new RecordingAttempt(), stop));
      stop.request(Duration.ofSeconds(1));
      assertThat(resumed.await(SOON)).isEqualTo(new Outcome.Cancelled("the test"));
    }
    RunProcesses.assertNoneOf(request);
  }

  @Test
  void beginsNothingWhenTheDaemonDiesBetweenIntentAndStart() throws Exception {
    RunRequest request = request("echo on; sleep 600");
    assertThatThrownBy(() ->
            runner()
                .run(
                    request,
                    sink.onIntent(() -> {
                      throw new IllegalStateException("the daemon dies here");
                    }),
                    stop))
        .isInstanceOf(IllegalStateException.class);
    assertThat(anotherRunner().find(request, sink.intentOnly())).isNotEqualTo(new Finding.Found());
    RunProcesses.assertNoneOf(request);
  }
}
