package ofelia.engine;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.model.Outcome;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down what became of runs, and does not give up while the store is away: what a run did
/// must not be forgotten because the disk was full for a minute. Safe for any thread.
final class Recorder {

  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Ledger ledger;
  private final Time time;

  Recorder(Ledger ledger, Time time) {
    this.ledger = ledger;
    this.time = time;
  }

  /// Notes why a run does not begin or go on yet. For people to see, so the run does not depend on
  /// it.
  void waiting(Claim claim, String why) {
    try {
      ledger.waiting(claim, why);
    } catch (LedgerException e) {
      LOG.warn("cannot note why run {} waits: {}", claim.run(), e.getMessage());
    }
  }

  /// Records that an attempt is about to begin.
  ///
  /// @return false when the run is not ours any more
  boolean intend(Claim claim, int attempt, String handle) throws InterruptedException {
    return insist(claim, () -> ledger.intend(claim, attempt, handle, time.millis()));
  }

  /// Records that an attempt ended and another follows.
  ///
  /// @return false when the run is not ours any more
  boolean retry(Claim claim, int attempt, Outcome outcome, OutputSpool output)
      throws InterruptedException {
    return insist(claim, () -> ledger.retry(claim, attempt, outcome, time.millis(), output));
  }

  /// Records a fate. A record that the ledger rejects is logged: the run had been taken away, or
  /// has its fate already.
  void close(Closing closing) throws InterruptedException {
    if (!insist(closing.claim(), () -> ledger.close(closing))) {
      RunLog.warn(
          closing.claim(),
          "its end is not recorded (%s): the run has its fate already, or is not ours"
              .formatted(closing.fate().word()));
    }
  }

  /// Asks until the store answers. An answer "no" after a failure means that the failed call had
  /// arrived after all.
  private boolean insist(Claim claim, BooleanSupplier record) throws InterruptedException {
    Backoff backoff = new Backoff(LONGEST_WAIT);
    for (boolean failed = false; ; failed = true) {
      try {
        return record.getAsBoolean() || failed;
      } catch (LedgerException e) {
        if (!failed) {
          LOG.error("cannot record run {}, trying until the store answers", claim.run(), e);
        }
      }
      time.newSignal().await(backoff.next());
    }
  }
}
