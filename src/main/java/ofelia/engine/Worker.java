package ofelia.engine;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import ofelia.ledger.Closing;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Unfinished;
import ofelia.model.Fate;
import ofelia.model.Outcome;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.NotRunException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;
import ofelia.time.Signal;
import ofelia.time.Time;

/// Carries one run from its claim to its fate, on the run's own thread.
final class Worker {

  private static final Duration LONGEST_ASKING = Duration.ofSeconds(30);

  private final Ledger ledger;
  private final Recorder recorder;
  private final Time time;

  Worker(Ledger ledger, Recorder recorder, Time time) {
    this.ledger = ledger;
    this.recorder = recorder;
    this.time = time;
  }

  /// A piece of a run's work.
  interface RunWork {
    void carryOut() throws InterruptedException;
  }

  /// Carries out work of a run; a defect that breaks it off must not leave the run open.
  void carryOut(ActiveRun run, RunWork work) throws InterruptedException {
    try {
      work.carryOut();
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable defect) {
      RunLog.defect(run.claim, "broke off", defect);
      Fate fate = new Fate.Ran(new Outcome.Broke("a defect of Ofelia broke it off: " + defect));
      recorder.close(new Closing(run.claim, fate, 0, time.millis(), 1, Optional.empty()));
    }
  }

  /// Runs a claimed occurrence.
  ///
  /// @throws InterruptedException when told to leave: the run stays open, and the next start takes
  ///   it up
  void work(ActiveRun run) throws InterruptedException {
    long startedMillis = time.millis();
    RunLog.started(run.claim, run.runner.describe(run.job));
    attempts(run, 1, startedMillis);
  }

  /// Tells its runner of a run that an earlier start had begun.
  static void foresee(ActiveRun run, Unfinished left, Trace trace) {
    try {
      run.runner.foresee(run.request(left.attempt()), trace);
    } catch (RuntimeException e) {
      RunLog.defect(run.claim, "the runner failed to hear of it", e);
    }
  }

  /// Goes on with a run that an earlier start had begun.
  ///
  /// @return false when it had not begun after all: nothing is recorded, and it may be begun afresh
  boolean takeUp(ActiveRun run, Unfinished left) throws InterruptedException {
    int attempt = left.attempt();
    long started = left.startedMillis() == 0 ? time.millis() : left.startedMillis();
    if (left.ended().isPresent()) {
      RunLog.resumed(run.claim);
      attempts(run, attempt + 1, started);
      return true;
    }
    Trace trace = new Trace(left.intent().orElseThrow(), left.handle());
    Finding finding = find(run, attempt, trace);
    OutputSpool spool = spool(run, attempt);
    return switch (finding) {
      case Finding.Unstarted(var handle) -> {
        onOutput(run, spool::close);
        if (!recorder.ended(run.claim, attempt, handle)) {
          RunLog.warn(run.claim, "is not ours any more");
          yield true;
        }
        yield takeUp(run, left.withHandle(handle));
      }
      case Finding.NotBegun() -> {
        onOutput(run, spool::rewind);
        onOutput(run, spool::close);
        if (attempt > 1) {
          // The run began long ago; only its latest attempt did not.
          attempts(run, attempt, started);
        }
        yield attempt > 1;
      }
      case Finding.Lost(var why) -> {
        close(run, new Fate.Lost(why), started, attempt, spool);
        yield true;
      }
      case Finding.Found() -> {
        RunLog.resumed(run.claim);
        var sink = new AttemptSink(run, attempt, spool, ledger, recorder, time);
        RunRequest request = run.request(attempt);
        Outcome outcome = guarded(run, () -> run.runner.resume(request, trace, sink, run.stop));
        if (anotherFollows(run, attempt, started, outcome, spool)) {
          attempts(run, attempt + 1, started);
        }
        yield true;
      }
    };
  }

  /// Asks the runner until it knows. Giving up would leave the work to itself, and call it over.
  private Finding find(ActiveRun run, int attempt, Trace trace) throws InterruptedException {
    Backoff backoff = new Backoff(LONGEST_ASKING);
    for (boolean said = false; ; said = true) {
      String why;
      try {
        return run.runner.find(run.request(attempt), trace);
      } catch (TryLaterException e) {
        why = String.valueOf(e.getMessage());
      } catch (RuntimeException e) {
        RunLog.defect(run.claim, "the runner failed to find it", e);
        why = "the runner failed: " + e;
      }
      if (!said) {
        recorder.waiting(run.claim, "begun before a restart; " + why);
        RunLog.warn(run.claim, "cannot be taken up yet: " + why);
      }
      // Not cut short by a request to stop: there is nothing to stop until it is found.
      time.newSignal().await(backoff.next());
    }
  }

  /// Makes attempts from the given one on, until one of them is the last.
  private void attempts(ActiveRun run, int first, long startedMillis) throws InterruptedException {
    for (int attempt = first; ; attempt++) {
      OutputSpool spool = spool(run, attempt);
      var sink = new AttemptSink(run, attempt, spool, ledger, recorder, time);
      RunRequest request = run.request(attempt);
      Outcome outcome;
      try {
        outcome =
            Worker.<NotRunException>guarded(run, () -> run.runner.run(request, sink, run.stop));
      } catch (DeclinedException e) {
        decline(run, attempt, startedMillis, e.fate(), spool);
        return;
      } catch (NotRunException e) {
        onOutput(run, spool::close);
        RunLog.warn(run.claim, e.getMessage());
        return;
      }
      if (!anotherFollows(run, attempt, startedMillis, outcome, spool)) {
        return;
      }
    }
  }

  /// A run that was begun before has an outcome, whatever its runner says of another attempt.
  private void decline(ActiveRun run, int attempt, long startedMillis, Fate fate, OutputSpool spool)
      throws InterruptedException {
    if (attempt > 1) {
      Fate ran = new Fate.Ran(new Outcome.Broke(fate.word() + ": " + fate.reason()));
      close(run, ran, startedMillis, attempt, spool);
      return;
    }
    onOutput(run, spool::close);
    RunLog.notRun(run.claim, fate);
    recorder.close(new Closing(run.claim, fate, 0, time.millis(), 0, Optional.of(spool)));
  }

  /// Records the end of an attempt: the run has its fate, or another attempt follows, and the wait
  /// before it is over.
  private boolean anotherFollows(
      ActiveRun run, int attempt, long startedMillis, Outcome ended, OutputSpool spool)
      throws InterruptedException {
    Outcome outcome = asStopped(run, ended);
    Rules rules = run.rules;
    boolean retry =
        attempt <= rules.maxRetries() && isWorthARetry(outcome) && !run.stop.isRequested();
    if (!retry) {
      close(run, new Fate.Ran(outcome), startedMillis, attempt, spool);
      return false;
    }
    Duration wait = rules.retry().after(attempt);
    RunLog.retrying(run.claim, attempt, outcome, wait);
    onOutput(run, spool::close);
    if (!recorder.retry(run.claim, attempt, outcome, spool)) {
      RunLog.warn(run.claim, "is not ours any more; no further attempt");
      return false;
    }
    pause(run, wait);
    if (run.stop.isRequested()) {
      Outcome stopped = asStopped(run, new Outcome.Cancelled(run.stop.by()));
      close(run, new Fate.Ran(stopped), startedMillis, attempt, spool(run, attempt + 1));
      return false;
    }
    return true;
  }

  /// The runner knows that it was asked to stop; only the engine knows that a limit asked.
  private static Outcome asStopped(ActiveRun run, Outcome outcome) {
    return outcome instanceof Outcome.Cancelled && run.exceeded.isPresent()
        ? new Outcome.TimedOut(run.exceeded.get())
        : outcome;
  }

  private static boolean isWorthARetry(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(_, _), Outcome.TimedOut(_), Outcome.Broke(_) -> true;
      case Outcome.Succeeded(), Outcome.Cancelled(_) -> false;
    };
  }

  private void close(ActiveRun run, Fate fate, long startedMillis, int attempts, OutputSpool spool)
      throws InterruptedException {
    long ended = time.millis();
    // Now, since the ledger takes the spool apart when it has recorded the end.
    RunLog.Ends ends = endsOf(run, spool);
    recorder.close(
        new Closing(run.claim, fate, startedMillis, ended, attempts, Optional.of(spool)));
    RunLog.finished(run.claim, fate, Duration.ofMillis(ended - startedMillis), ends);
  }

  /// Closes the spool. What goes wrong with the output must not change what the work came to.
  private static RunLog.Ends endsOf(ActiveRun run, OutputSpool spool) {
    try {
      spool.close();
      return RunLog.endsOf(spool);
    } catch (UncheckedIOException | LedgerException e) {
      RunLog.warn(run.claim, "the end of its output cannot be read: " + e.getMessage());
      return RunLog.Ends.NONE;
    }
  }

  private static void onOutput(ActiveRun run, Runnable change) {
    try {
      change.run();
    } catch (UncheckedIOException | LedgerException e) {
      RunLog.warn(run.claim, "its output is not as it should be: " + e.getMessage());
    }
  }

  private OutputSpool spool(ActiveRun run, int attempt) throws InterruptedException {
    return recorder.spool(run.claim, attempt, run.rules.outputLimitBytes());
  }

  /// Waits, but not beyond a request to stop.
  private void pause(ActiveRun run, Duration wait) throws InterruptedException {
    Signal stopped = time.newSignal();
    run.stop.onRequest(stopped::raise);
    stopped.await(wait);
  }

  /// A runner that throws what it should not broke the run, not the scheduler.
  private static <X extends Exception> Outcome guarded(ActiveRun run, Work<X> work)
      throws InterruptedException, X {
    try {
      return work.run();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      RunLog.defect(run.claim, "the runner failed", e);
      return new Outcome.Broke(
          "the runner failed: " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  /// A call of a runner.
  private interface Work<X extends Exception> {
    Outcome run() throws InterruptedException, X;
  }
}
