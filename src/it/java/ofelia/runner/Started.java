package ofelia.runner;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ofelia.model.Outcome;

/// A call of a runner on a thread of its own, as the engine makes it.
final class Started {

  private final FutureTask<Outcome> task;
  private final Thread thread;

  Started(Callable<Outcome> work) {
    task = new FutureTask<>(work);
    thread = Thread.ofVirtual().name("run-under-test").start(task);
  }

  Outcome await(Duration atMost) throws Exception {
    try {
      return task.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the runner threw", e.getCause());
    }
  }

  boolean isOver() {
    return task.isDone();
  }

  /// Tells the run to leave.
  ///
  /// @return what the runner threw for it
  Optional<Throwable> leave() throws Exception {
    thread.interrupt();
    try {
      Outcome outcome = task.get(20, TimeUnit.SECONDS);
      throw new AssertionError("it ended as " + outcome);
    } catch (ExecutionException e) {
      return Optional.ofNullable(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("it does not leave", e);
    }
  }
}
