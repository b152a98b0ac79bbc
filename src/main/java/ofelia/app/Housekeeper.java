package ofelia.app;

import java.time.Duration;
import java.util.function.Supplier;
import ofelia.ledger.LedgerException;
import ofelia.sql.SqliteLedger;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes history that is older than people want to keep it, a little at a time, once an hour; and
/// gives back what the start needed.
final class Housekeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

  /// The last runs of a job stay, however old they are.
  private static final int KEPT_PER_JOB = 100;

  /// How many runs go in one transaction; the ledger is held up for a moment by each.
  private static final long BATCH = 1_000;

  private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);
  private static final Duration BETWEEN_BATCHES = Duration.ofMillis(200);
  private static final Duration AFTER_START = Duration.ofSeconds(3);
  private static final Duration FIRST_ROUND = Duration.ofMinutes(2);
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

  private final SqliteLedger ledger;
  private final Supplier<Duration> maxAge;
  private final Time time;
  private final Signal pause;
  private final Hand hand;

  /// Starts its thread, which [#close] ends.
  ///
  /// @param maxAge asked before each round
  Housekeeper(SqliteLedger ledger, Supplier<Duration> maxAge, Time time, Crew crew) {
    this.ledger = ledger;
    this.maxAge = maxAge;
    this.time = time;
    this.pause = time.newSignal();
    this.hand = crew.start("housekeeper", this::keepHouse);
  }

  private void keepHouse() {
    try {
      pause.await(AFTER_START);
      // What reading thousands of jobs left behind would otherwise stay in the heap for hours.
      System.gc();
      pause.await(FIRST_ROUND);
      while (true) {
        prune();
        pause.await(BETWEEN_ROUNDS);
      }
    } catch (InterruptedException _) {
      // The daemon ends.
    }
  }

  private void prune() throws InterruptedException {
    try {
      long olderThan = time.millis() - maxAge.get().toMillis();
      long all = 0;
      for (long some = BATCH; some == BATCH; all += some) {
        some = ledger.prune(olderThan, KEPT_PER_JOB, BATCH);
        pause.await(BETWEEN_BATCHES);
      }
      if (all > 0) {
        LOG.info("{} runs older than history-max-age were deleted", all);
      }
    } catch (LedgerException e) {
      LOG.warn("old history is not deleted: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    hand.interrupt();
    try {
      boolean _ = hand.join(CLOSE_LIMIT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
