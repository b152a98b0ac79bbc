package ofelia.runner;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import ofelia.plugin.Stop;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;

/// A call of the engine that may take long, on a thread of its own: who waits for it can be told to
/// stop, and then cuts it.
final class CutCall {

  private static final Duration LONG = Duration.ofDays(1);

  /// How long a call that was cut may take to notice.
  private static final Duration CUT_LIMIT = Duration.ofSeconds(5);

  private final Crew crew;
  private final Time time;
  private final String thread;

  /// @param thread its name
  CutCall(Crew crew, Time time, String thread) {
    this.crew = crew;
    this.time = time;
    this.thread = thread;
  }

  /// Makes the call, and waits for its answer.
  ///
  /// @return empty when it was cut because of the stop
  /// @throws ofelia.docker.DockerException when it fails
  /// @throws InterruptedException when told to leave; the call is cut
  <T> Optional<T> make(Asking.Call<T> call, Stop stop) throws InterruptedException {
    Signal wake = time.newSignal();
    FutureTask<T> task =
        new FutureTask<>(() -> Asking.once(call)) {
          @Override
          protected void done() {
            wake.raise();
          }
        };
    Hand hand = crew.start(thread, task);
    try {
      stop.onRequest(wake::raise);
      while (!task.isDone() && !stop.isRequested()) {
        boolean _ = wake.await(LONG);
      }
    } finally {
      hand.interrupt();
    }
    boolean _ = hand.join(CUT_LIMIT);
    return task.isDone() ? answer(task) : Optional.empty();
  }

  private static <T> Optional<T> answer(FutureTask<T> task) throws InterruptedException {
    try {
      return Optional.of(task.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException) {
        return Optional.empty();
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
