package ofelia.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;

/// Messages to the timekeeper: pieces of code that it carries out on its own thread, in the order
/// sent.
///
/// Without a bound of its own, since its senders are bounded: each run sends one message at its
/// end, each other caller waits for its answer.
final class Mailbox {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();
  private final Time time;
  private final Signal arrived;

  Mailbox(Time time) {
    this.time = time;
    this.arrived = time.newSignal();
  }

  void send(Runnable message) {
    messages.add(message);
    arrived.raise();
  }

  /// Sends a question and waits for the answer.
  ///
  /// @throws IllegalStateException when none comes within a minute: the store hangs, or the
  ///   scheduler has ended
  <T> T ask(Supplier<T> question) throws InterruptedException {
    return ask(question, PATIENCE)
        .orElseThrow(() ->
            new IllegalStateException(
                "the scheduler did not answer within " + PATIENCE.toSeconds() + " s"));
  }

  /// Sends a question and waits for the answer, or not for ever.
  ///
  /// @return empty when none comes in time
  <T> Optional<T> ask(Supplier<T> question, Duration patience) throws InterruptedException {
    var answer = new Answer<T>(time.newSignal());
    send(() -> answer.find(question));
    return answer.await(patience);
  }

  /// Carries out what has arrived by now. What comes meanwhile is for the next turn: who asks after
  /// an answer of this one may rely on what the turn brought about.
  void drain() {
    for (int arrivedByNow = messages.size(); arrivedByNow > 0; arrivedByNow--) {
      Objects.requireNonNull(messages.poll()).run();
    }
  }

  /// Waits for a message to arrive.
  void await(Duration atMost) throws InterruptedException {
    arrived.await(atMost);
  }

  private static final class Answer<T> {
    private final Signal found;
    private volatile @Nullable T value;
    private volatile @Nullable RuntimeException problem;

    Answer(Signal found) {
      this.found = found;
    }

    void find(Supplier<T> question) {
      try {
        value = question.get();
      } catch (RuntimeException e) {
        problem = e;
      }
      found.raise();
    }

    Optional<T> await(Duration atMost) throws InterruptedException {
      if (!found.await(atMost)) {
        return Optional.empty();
      }
      if (problem != null) {
        throw problem;
      }
      return Optional.ofNullable(value);
    }
  }
}
