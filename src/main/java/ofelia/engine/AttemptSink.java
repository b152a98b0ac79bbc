package ofelia.engine;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import ofelia.ledger.Claim;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.model.OutputChannel;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunSink;
import ofelia.time.Time;

/// Where a runner leaves what must survive, for one attempt.
final class AttemptSink implements RunSink {

  private final Claim claim;
  private final TimeAside timeAside;
  private final int attempt;
  private final OutputSpool spool;
  private final Ledger ledger;
  private final Recorder recorder;
  private final Time time;
  private final AtomicBoolean outputFailed = new AtomicBoolean();

  AttemptSink(
      ActiveRun run, int attempt, OutputSpool spool, Ledger ledger, Recorder recorder, Time time) {
    this.claim = run.claim;
    this.timeAside = run.timeAside;
    this.attempt = attempt;
    this.spool = spool;
    this.ledger = ledger;
    this.recorder = recorder;
    this.time = time;
  }

  @Override
  public void intend(String handle) throws NotOursException, InterruptedException {
    if (!recorder.intend(claim, attempt, handle)) {
      throw notOurs();
    }
  }

  @Override
  public boolean intend(String handle, Duration atMost)
      throws NotOursException, InterruptedException {
    Optional<Boolean> isOurs = recorder.intend(claim, attempt, handle, atMost);
    if (isOurs.isPresent() && !isOurs.get()) {
      throw notOurs();
    }
    return isOurs.isPresent();
  }

  private NotOursException notOurs() {
    return new NotOursException("run " + claim.run() + " is not ours any more");
  }

  @Override
  public void started(String handle) {
    try {
      ledger.started(claim, attempt, handle);
    } catch (LedgerException e) {
      // The intent is there, which is enough to find the work again.
      RunLog.warn(claim, "the handle of the started work is not recorded: " + e.getMessage());
    }
  }

  @Override
  public void ended(String handle) throws InterruptedException {
    if (!recorder.ended(claim, attempt, handle)) {
      RunLog.warn(claim, "its end is not recorded ahead: the run is not ours any more");
    }
  }

  @Override
  public boolean ended(String handle, Duration atMost) throws InterruptedException {
    return recorder.ended(claim, attempt, handle, atMost).isPresent();
  }

  @Override
  public void output(OutputChannel channel, byte[] bytes, int offset, int length) {
    try {
      spool.write(channel, time.millis(), bytes, offset, length);
    } catch (UncheckedIOException e) {
      if (outputFailed.compareAndSet(false, true)) {
        RunLog.warn(claim, "output is being lost: " + e.getMessage());
      }
      throw e;
    }
  }

  @Override
  public void rewind() {
    onOutput(spool::rewind);
  }

  @Override
  public void mark(String text) {
    onOutput(() -> spool.mark(time.millis(), text));
  }

  /// What goes wrong with the output must not change what the work comes to.
  private void onOutput(Runnable change) {
    try {
      change.run();
    } catch (UncheckedIOException e) {
      RunLog.warn(claim, "the output cannot be written: " + e.getMessage());
    }
  }

  @Override
  public void warn(String text) {
    RunLog.warn(claim, text);
  }

  @Override
  public Aside aside() {
    timeAside.begin(time.nanos());
    return () -> timeAside.end(time.nanos());
  }
}
