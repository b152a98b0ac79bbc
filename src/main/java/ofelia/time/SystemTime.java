package ofelia.time;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The machine's own clocks.
public final class SystemTime implements Time {

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Signal newSignal() {
    return new SemaphoreSignal();
  }

  private static final class SemaphoreSignal implements Signal {
    private final Semaphore raised = new Semaphore(0);

    @Override
    public void raise() {
      // Two threads raising at once may leave two permits: one needless wake-up, which every loop
      // bears.
      if (raised.availablePermits() == 0) {
        raised.release();
      }
    }

    @Override
    public boolean await(Duration atMost) throws InterruptedException {
      boolean woken = raised.tryAcquire(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
      if (woken) {
        raised.drainPermits();
      }
      return woken;
    }
  }
}
