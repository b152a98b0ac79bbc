package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import ofelia.model.Outcome;
import ofelia.plugin.RunRequest;
import org.junit.jupiter.api.Test;

/// What every kind of work that runs a program promises beyond [RunnerContract]: its exit codes,
/// its two streams, its signals and its children. A subclass says how a script is put to it.
abstract class ProgramContract extends RunnerContract {

  /// A run of `sh -c script`.
  abstract RunRequest request(String script) throws Exception;

  /// Starts work that prints `on`, and waits until it has.
  final Started startAndAwait(RunRequest request) throws Exception {
    Started run = start(request);
    sink.awaitOutput();
    return run;
  }

  // ---- in the terms of this kind -------------------------------------------------------------

  static IntStream codes() {
    return IntStream.of(1, 2, 42, 125, 126, 127, 128, 130, 143, 255);
  }

  /// @param trap what the script does first
  /// @param rest what it does when it has written down that it began
  private Work work(String trap, String rest, String output, Outcome end) throws Exception {
    Beginnings beginnings = new Beginnings();
    return new Work(
        request(trap + beginnings.command() + "; " + rest), output, end, beginnings::count);
  }

  @Override
  final Work succeeding() throws Exception {
    return work("", "echo on", "on\n", new Outcome.Succeeded());
  }

  @Override
  final Work failing(int code) throws Exception {
    return work("", "echo on; exit " + code, "on\n", exit(code));
  }

  private static Outcome exit(int code) {
    return new Outcome.Failed(code, "exit code " + code);
  }

  @Override
  final Work lasting() throws Exception {
    return work("", "echo on; sleep 4; echo off; exit 7", "on\noff\n", exit(7));
  }

  @Override
  final Work endless() throws Exception {
    return work("trap 'exit 5' TERM; ", "echo on; while :; do sleep 0.1; done", "on\n", STOPPED);
  }

  @Override
  final Work stubborn() throws Exception {
    return work("trap '' TERM; ", "echo on; while :; do sleep 1; done", "on\n", STOPPED);
  }

  @Override
  final Optional<Work> printing(int bytes) throws Exception {
    String script = "head -c " + bytes + " /dev/zero | tr '\\0' x";
    return Optional.of(work("", script, "", new Outcome.Succeeded()));
  }

  @Override
  final void awaitBegun(Work work, RecordingAttempt attempt) throws Exception {
    attempt.awaitOutput();
  }

  @Override
  final void assertNoneGoesOn(Work work) throws Exception {
    RunProcesses.assertNoneOf(work.request());
  }

  // ---- how it ends -------------------------------------------------------------------------

  @Test
  void succeedsWithoutAWord() throws Exception {
    assertThat(run(request("true"))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out() + sink.err()).isEmpty();
    assertThat(sink.said()).isEmpty();
    assertThat(sink.hasIntent()).isTrue();
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

  // ---- what it prints ----------------------------------------------------------------------

  @Test
  void keepsBothStreamsApart() throws Exception {
    run(request("echo good; echo bad >&2; printf 'no end'"));
    assertThat(sink.out()).isEqualTo("good\nno end");
    assertThat(sink.err()).isEqualTo("bad\n");
  }

  // ---- how it is ended ---------------------------------------------------------------------

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
}
