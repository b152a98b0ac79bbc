package ofelia.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.model.Outcome;
import ofelia.time.Time;

/// Writes down what became of runs, and does not give up while the store is away: what a run did
/// must not be forgotten because the disk was full for a minute. Safe for any thread.
final class Recorder {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /// How many failures to bear before the output is taken for their reason: some 20 seconds.
  private static final int PATIENCE_WITH_OUTPUT = 15;

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
      RunLog.warn(claim, "cannot note why it waits: " + e.getMessage());
    }
  }

  /// Notes who asked for the end of a run. The run ends by the request itself, so it does not
  /// depend on the note.
  void stopping(Claim claim, String by) {
    try {
      ledger.stopping(claim, by);
    } catch (LedgerException e) {
      RunLog.warn(claim, "cannot note that it is being stopped: " + e.getMessage());
    }
  }

  /// Records that an attempt is about to begin.
  ///
  /// @return false when the run is not ours any more
  boolean intend(Claim claim, int attempt, String handle) throws InterruptedException {
    return insistOn(claim, () -> ledger.intend(claim, attempt, handle, time.millis()));
  }

  /// The same, for no longer than given while the store is away.
  ///
  /// @return empty when it was away all that time; false when the run is not ours any more
  Optional<Boolean> intend(Claim claim, int attempt, String handle, Duration atMost)
      throws InterruptedException {
    return insistOn(claim, atMost, () -> ledger.intend(claim, attempt, handle, time.millis()));
  }

  /// Records how the work of an attempt ended, before what knows it is removed.
  ///
  /// @return false when the run is not ours any more
  boolean ended(Claim claim, int attempt, String handle) throws InterruptedException {
    return insistOn(claim, () -> ledger.ended(claim, attempt, handle));
  }

  /// The same, for no longer than given while the store is away.
  ///
  /// @return empty when it was away all that time; false when the run is not ours any more
  Optional<Boolean> ended(Claim claim, int attempt, String handle, Duration atMost)
      throws InterruptedException {
    return insistOn(claim, atMost, () -> ledger.ended(claim, attempt, handle));
  }

  /// Records that an attempt ended and another follows; without its output where that cannot be
  /// kept.
  ///
  /// @return false when the run is not ours any more
  boolean retry(Claim claim, int attempt, Outcome outcome, OutputSpool output)
      throws InterruptedException {
    return insist(
        claim,
        failures -> {
          boolean isRecorded =
              withOutput(
                  claim,
                  failures,
                  Optional.of(output),
                  kept -> ledger.retry(claim, attempt, outcome, time.millis(), kept));
          return isRecorded || failures > 0;
        });
  }

  /// A place for the output of an attempt.
  OutputSpool spool(Claim claim, int attempt, long limitBytes) throws InterruptedException {
    return insist(claim, _ -> ledger.spool(claim.run(), attempt, limitBytes));
  }

  /// Records a fate. A record that the ledger rejects is logged: the run had been taken away, or
  /// has its fate already. Where it is the output that cannot be kept, the fate is recorded
  /// without.
  void close(Closing closing) throws InterruptedException {
    boolean isRecorded =
        insist(
            closing.claim(),
            failures ->
                withOutput(
                        closing.claim(),
                        failures,
                        closing.output(),
                        kept -> ledger.close(closing.with(kept)))
                    || failures > 0);
    if (!isRecorded) {
      RunLog.warn(
          closing.claim(),
          "its end is not recorded (%s): the run has its fate already, or is not ours"
              .formatted(closing.fate().word()));
    }
  }

  /// Records something together with output, and without it once that has failed too often.
  private static boolean withOutput(
      Claim claim,
      int failures,
      Optional<OutputSpool> output,
      Predicate<Optional<OutputSpool>> record) {
    try {
      return record.test(output);
    } catch (LedgerException e) {
      if (failures < PATIENCE_WITH_OUTPUT || output.isEmpty()) {
        throw e;
      }
      boolean isRecorded = record.test(Optional.empty());
      RunLog.warn(claim, "its output is lost: " + e.getMessage());
      return isRecorded;
    }
  }

  /// Asks until the store answers. After a failure, an answer "no" means that the failed call had
  /// arrived after all.
  private boolean insistOn(Claim claim, BooleanSupplier record) throws InterruptedException {
    return insist(claim, failures -> record.getAsBoolean() || failures > 0);
  }

  private Optional<Boolean> insistOn(Claim claim, Duration atMost, BooleanSupplier record)
      throws InterruptedException {
    long begun = time.nanos();
    Backoff backoff = new Backoff(LONGEST_WAIT);
    for (boolean hasFailed = false; ; hasFailed = true) {
      try {
        return Optional.of(record.getAsBoolean() || hasFailed);
      } catch (LedgerException e) {
        if (time.nanos() - begun >= atMost.toNanos()) {
          RunLog.warn(claim, "cannot be recorded yet: " + e.getMessage());
          return Optional.empty();
        }
      }
      time.newSignal().await(backoff.next());
    }
  }

  /// @param record is told how often it has failed
  private <T> T insist(Claim claim, IntFunction<T> record) throws InterruptedException {
    Backoff backoff = new Backoff(LONGEST_WAIT);
    for (int failures = 0; ; failures++) {
      try {
        return record.apply(failures);
      } catch (LedgerException e) {
        if (failures == 0) {
          RunLog.defect(claim, "cannot be recorded, trying until the store answers", e);
        }
      }
      time.newSignal().await(backoff.next());
    }
  }
}
