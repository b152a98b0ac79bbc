package ofelia.app;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import ofelia.engine.GapCheck;
import ofelia.engine.GapCheck.Gap;
import ofelia.engine.Scheduler;
import ofelia.engine.Watched;
import ofelia.ledger.History;
import ofelia.ledger.LedgerException;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few minutes whether each due instant is on record, and raises an alarm where one is
/// not. There should never be one: this is how it would be known.
final class GapWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GapWatch.class);

  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(5);
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

  private final Scheduler scheduler;
  private final History history;
  private final Time time;
  private final GapCheck check = new GapCheck();
  private final AtomicLong found = new AtomicLong();
  private final Signal pause;
  private final Hand hand;

  /// Starts its thread, which [#close] ends.
  GapWatch(Scheduler scheduler, History history, Time time, Crew crew) {
    this.scheduler = scheduler;
    this.history = history;
    this.time = time;
    this.pause = time.newSignal();
    this.hand = crew.start("gap-watch", this::watch);
  }

  /// How many due instants were found without a record, or with more than one, since the start.
  long found() {
    return found.get();
  }

  private void watch() {
    try {
      while (true) {
        pause.await(BETWEEN_LOOKS);
        look();
      }
    } catch (InterruptedException _) {
      // The daemon ends.
    }
  }

  private void look() throws InterruptedException {
    try {
      long now = time.millis();
      List<Watched> watched = scheduler.watched();
      if (!watched.isEmpty()) {
        check.find(watched, history, now).forEach(this::tell);
      }
    } catch (LedgerException e) {
      // The instants are compared by the next look.
      LOG.warn("what is on record cannot be compared with the schedules: {}", e.getMessage());
    } catch (IllegalStateException e) {
      LOG.error("gap: due instants are perhaps not dealt with: {}", e.getMessage());
    }
  }

  private void tell(Gap gap) {
    found.addAndGet(gap.missingCount() + gap.doubleMillis().size());
    if (gap.missingCount() > 0) {
      LOG.error(
          "gap: {} of job \"{}\" not on record: {}",
          gap.missingCount() == 1 ? "a due instant" : gap.missingCount() + " due instants",
          gap.job(),
          listed(gap.missingMillis(), gap.missingCount()));
    }
    if (!gap.doubleMillis().isEmpty()) {
      LOG.error(
          "due instants of job \"{}\" are on record more than once: {}",
          gap.job(),
          listed(gap.doubleMillis(), gap.doubleMillis().size()));
    }
  }

  private static String listed(List<Long> millis, long count) {
    String named =
        millis.stream()
            .map(Instant::ofEpochMilli)
            .map(Instant::toString)
            .collect(Collectors.joining(", "));
    return count > millis.size() ? named + ", …" : named;
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
