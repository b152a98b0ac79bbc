package ofelia.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import ofelia.ledger.Claim;
import ofelia.model.JobSpec;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.time.Hand;
import org.jspecify.annotations.Nullable;

/// A run that goes on.
final class ActiveRun {

  final Claim claim;
  final JobSpec job;
  final Rules rules;
  final Runner runner;
  final StopSwitch stop = new StopSwitch();
  final TimeAside timeAside = new TimeAside();

  /// The limit it has exceeded, once it is being ended for that.
  volatile Optional<Duration> exceeded = Optional.empty();

  private boolean isLeft;

  /// Its thread; set right after the start.
  private @Nullable Hand hand;

  /// What the timekeeper does once its thread has ended; set by that thread before its last
  /// message.
  volatile Runnable afterwards = () -> {};

  /// When it has to be ended, on the monotonic clock; owned by [Deadlines].
  long deadlineNanos;

  ActiveRun(Ready ready, Runner runner) {
    this.claim = ready.claim();
    this.job = ready.job();
    this.rules = ready.rules();
    this.runner = runner;
  }

  RunRequest request(int attempt) {
    return new RunRequest(
        claim.run(), job, Instant.ofEpochMilli(claim.dueMillis()), claim.cause(), attempt);
  }

  /// Whether its thread was told to leave the work as it is.
  synchronized boolean isLeft() {
    return isLeft;
  }

  synchronized void carriedBy(Hand thread) {
    hand = thread;
    if (isLeft) {
      thread.interrupt();
    }
  }

  /// Tells the run's thread to leave the work as it is.
  synchronized void leave() {
    isLeft = true;
    if (hand != null) {
      hand.interrupt();
    }
  }
}
