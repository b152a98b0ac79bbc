package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import ofelia.model.Outcome;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.plugin.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every kind of work promises. A subclass names the runner, and says in the terms of its kind
/// what work is that succeeds, that fails, or that goes on; what it promises beyond this stays in a
/// test of its own. [ProgramContract] is for the kinds that run a program, [EngineRunnerContract]
/// for those of them that do so in a container.
///
/// A time limit and a person who stops a run look the same to a runner: a [ofelia.plugin.Stop]. The
/// death of the daemon is an interrupt of the run's thread, which must leave the work as it is, and
/// a call of [Runner#find] by another runner.
///
/// A promise that a kind cannot make is not left out: the kind says so, by [Runner#canOutlive],
/// [#printing], [#isEndedByAStop] or [#isBegunByTheNextStart], and is held to what it does instead.
///
/// A subclass also has a static method `codes()`: all that its failures are told apart by.
@Timeout(180)
abstract class RunnerContract {

  static final Duration SOON = Duration.ofSeconds(20);

  /// Longer than any work here takes to end when it is asked to.
  static final Duration GRACE = Duration.ofSeconds(15);

  final RecordingAttempt sink = new RecordingAttempt();
  final ManualStop stop = new ManualStop();

  /// Work in the terms of its kind.
  ///
  /// @param output all that it prints, where nothing ends it before
  /// @param end how it ends then; of a failure the code, and words that are part of the reason
  /// @param beginnings how often it was begun, as is seen past its runner
  record Work(RunRequest request, String output, Outcome end, IntSupplier beginnings) {

    int begun() {
      return beginnings.getAsInt();
    }
  }

  /// How work ends that only a stop ends.
  static final Outcome STOPPED = new Outcome.Cancelled("the test");

  abstract Runner runner();

  /// A runner that knows nothing of what the first one did, as after a restart.
  abstract Runner anotherRunner();

  abstract Work succeeding() throws Exception;

  /// @param code one of `codes()`
  abstract Work failing(int code) throws Exception;

  /// Goes on for some seconds, and then ends of itself.
  abstract Work lasting() throws Exception;

  /// Goes on until it is stopped, and ends at once then.
  abstract Work endless() throws Exception;

  /// Goes on, and does not heed a stop.
  abstract Work stubborn() throws Exception;

  /// Prints this many `x`, and nothing else.
  ///
  /// @return empty for a kind without output, of which only what it did is told, in its own words
  abstract Optional<Work> printing(int bytes) throws Exception;

  /// Takes away what the work is done in or by, as `docker rm -f` does, or a crash of the other
  /// side.
  abstract void vanish(RunRequest request) throws Exception;

  /// Makes good again what [#vanish] took away, for the next run.
  abstract void renew() throws Exception;

  /// Waits until what does the work has it in hand.
  abstract void awaitBegun(Work work, RecordingAttempt attempt) throws Exception;

  /// Where work is ended with its run.
  abstract void assertNoneGoesOn(Work work) throws Exception;

  /// Whether a stop ends the work, and not only the waiting for it.
  boolean isEndedByAStop() {
    return true;
  }

  /// Whether work that is on record, and was never begun, is taken up and begun, because it may
  /// have been under way when the daemon died.
  boolean isBegunByTheNextStart() {
    return false;
  }

  final Outcome run(RunRequest request) throws Exception {
    return runner().run(request, sink, stop);
  }

  final Started start(RunRequest request) throws Exception {
    return new Started(() -> runner().run(request, sink, stop));
  }

  final Started startAndAwait(Work work) throws Exception {
    return startAndAwait(work, sink, stop);
  }

  private Started startAndAwait(Work work, RecordingAttempt attempt, ManualStop end)
      throws Exception {
    Started run = new Started(() -> runner().run(work.request(), attempt, end));
    awaitBegun(work, attempt);
    return run;
  }

  static void assertEnd(Work work, Outcome outcome) {
    if (work.end() instanceof Outcome.Failed(int exit, String reason)) {
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> {
                assertThat(failed.exit()).isEqualTo(exit);
                assertThat(failed.reason()).contains(reason);
              });
    } else {
      assertThat(outcome).isEqualTo(work.end());
    }
  }

  /// What a stop could not end, the run's reader is told of.
  private void assertStopped(Work work, RecordingAttempt attempt) throws Exception {
    assertThat(attempt.said().stream().anyMatch(text -> text.contains("may go on")))
        .as("%s", attempt.said())
        .isEqualTo(!isEndedByAStop());
    assertThat(work.begun()).isOne();
    assertNothingLeft(work);
  }

  private void assertNothingLeft(Work work) throws Exception {
    RunThreads.assertNoneOf(work.request());
    assertNoneGoesOn(work);
  }

  // ---- how it ends ---------------------------------------------------------------------------

  @Test
  void isOnRecordBeforeItBeginsAndSucceeds() throws Exception {
    Work work = succeeding();
    List<Integer> begunAtIntent = new ArrayList<>();
    sink.onIntent(() -> begunAtIntent.add(work.begun()));
    assertThat(run(work.request())).isEqualTo(new Outcome.Succeeded());
    assertThat(begunAtIntent).containsExactly(0);
    assertThat(work.begun()).isOne();
    assertThat(sink.out()).isEqualTo(work.output());
    assertThat(sink.said()).isEmpty();
    assertNothingLeft(work);
  }

  @ParameterizedTest
  @MethodSource("codes")
  void tellsEachExitCode(int code) throws Exception {
    Work work = failing(code);
    assertThat(work.end()).extracting("exit").isEqualTo(code);
    assertEnd(work, run(work.request()));
    assertThat(sink.out()).isEqualTo(work.output());
    assertThat(work.begun()).isOne();
    assertNothingLeft(work);
  }

  @Test
  void failsWhenWhatItWorksInVanishes() throws Exception {
    Work work = endless();
    Started run = startAndAwait(work);
    vanish(work.request());
    assertThat(run.await(SOON))
        .isNotInstanceOf(Outcome.Succeeded.class)
        .isNotInstanceOf(Outcome.Cancelled.class);
    assertNothingLeft(work);
    renew();
  }

  // ---- what it prints ------------------------------------------------------------------------

  @Test
  void keepsFiftyMegabytesByteForByte() throws Exception {
    byte[] expected = new byte[50 << 20];
    Arrays.fill(expected, (byte) 'x');
    Optional<Work> printing = printing(expected.length);
    if (printing.isEmpty()) {
      Work work = succeeding();
      assertEnd(work, run(work.request()));
      assertThat(sink.out() + sink.err()).isEqualTo(work.output());
      return;
    }
    assertThat(run(printing.get().request())).isEqualTo(new Outcome.Succeeded());
    assertThat(Arrays.equals(sink.outBytes(), expected)).isTrue();
  }

  // ---- how it is ended -----------------------------------------------------------------------

  @Test
  void isEndedByAStopWithinItsGrace() throws Exception {
    Work work = endless();
    Started run = startAndAwait(work);
    stop.request(GRACE);
    assertThat(run.await(GRACE)).isEqualTo(STOPPED);
    assertStopped(work, sink);
  }

  @Test
  void isEndedThoughItDoesNotHeedTheStop() throws Exception {
    Work work = stubborn();
    Started run = startAndAwait(work);
    Duration grace = Duration.ofSeconds(2);
    stop.request(grace);
    assertThat(run.await(grace.plusSeconds(10))).isEqualTo(STOPPED);
    assertStopped(work, sink);
  }

  @Test
  void endsNoOtherRun() throws Exception {
    Work work = endless();
    Work other = lasting();
    RecordingAttempt otherSink = new RecordingAttempt();
    Started otherRun = startAndAwait(other, otherSink, new ManualStop());
    Started run = startAndAwait(work);
    stop.request(GRACE);
    assertThat(run.await(GRACE)).isEqualTo(STOPPED);
    assertEnd(other, otherRun.await(SOON));
    assertThat(otherSink.out()).isEqualTo(other.output());
  }

  @Test
  void beginsNothingThatIsNotOurs() throws Exception {
    Work work = endless();
    assertThatThrownBy(
            () -> runner().run(work.request(), new RecordingAttempt().refusing(), new ManualStop()))
        .isInstanceOf(NotOursException.class);
    assertThat(work.begun()).isZero();
    assertNothingLeft(work);
  }

  @Test
  void beginsNothingThatIsStoppedBefore() throws Exception {
    Work work = endless();
    stop.request(Duration.ZERO);
    assertThat(run(work.request())).isEqualTo(STOPPED);
    assertThat(sink.out()).isEmpty();
    assertThat(work.begun()).isZero();
    assertNothingLeft(work);
  }

  // ---- the daemon dies -----------------------------------------------------------------------

  @Test
  void isFoundAgainAfterTheDaemonDied() throws Exception {
    Work work = lasting();
    Started run = startAndAwait(work);
    assertThat(run.leave()).containsInstanceOf(InterruptedException.class);
    for (Trace trace : new Trace[] {sink.trace(), sink.intentOnly()}) {
      Finding finding = anotherRunner().find(work.request(), trace);
      if (!runner().canOutlive()) {
        assertThat(finding).isInstanceOf(Finding.Lost.class);
        assertThat(work.begun()).isOne();
        assertNothingLeft(work);
        return;
      }
      assertThat(finding).isEqualTo(new Finding.Found());
    }
    assertEnd(
        work, anotherRunner().resume(work.request(), sink.trace(), new RecordingAttempt(), stop));
    assertThat(work.begun()).isOne();
    assertNothingLeft(work);
  }

  @Test
  void isEndedAfterTheDaemonDiedAndCameBack() throws Exception {
    Work work = stubborn();
    Started run = startAndAwait(work);
    run.leave();
    Runner another = anotherRunner();
    Finding finding = another.find(work.request(), sink.trace());
    if (!runner().canOutlive()) {
      assertThat(finding).isInstanceOf(Finding.Lost.class);
      assertNothingLeft(work);
      return;
    }
    assertThat(finding).isEqualTo(new Finding.Found());
    RecordingAttempt again = new RecordingAttempt();
    Started resumed = new Started(() -> another.resume(work.request(), sink.trace(), again, stop));
    stop.request(Duration.ofSeconds(1));
    assertThat(resumed.await(SOON)).isEqualTo(STOPPED);
    assertStopped(work, again);
  }

  @Test
  void beginsNothingWhenTheDaemonDiesBetweenIntentAndStart() throws Exception {
    Work work = lasting();
    sink.onIntent(() -> {
      throw new IllegalStateException("the daemon dies here");
    });
    assertThatThrownBy(() -> run(work.request())).isInstanceOf(IllegalStateException.class);
    Finding finding = anotherRunner().find(work.request(), sink.intentOnly());
    assertThat(work.begun()).isZero();
    assertThat(finding.equals(new Finding.Found())).isEqualTo(isBegunByTheNextStart());
    if (isBegunByTheNextStart()) {
      RecordingAttempt again = new RecordingAttempt();
      assertEnd(work, anotherRunner().resume(work.request(), sink.intentOnly(), again, stop));
      assertThat(work.begun()).isOne();
    }
    assertNothingLeft(work);
  }

  // ---- what it takes -------------------------------------------------------------------------

  /// Whether it succeeds, is stopped, or is left to another start.
  @Test
  void leavesNoConnectionOpen() throws Exception {
    // The first run may open what is kept for all.
    run(succeeding().request());
    int before = OpenConnections.settled();
    run(succeeding().request());
    startAndAwait(lasting(), new RecordingAttempt(), new ManualStop()).leave();
    Started run = startAndAwait(stubborn());
    stop.request(Duration.ofSeconds(1));
    run.await(SOON);
    OpenConnections.awaitNoMoreThan(before);
  }
}
