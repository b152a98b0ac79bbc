package ofelia.time;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The machine's own clocks.
public final class SystemTime implements Time {

  private static final Path UPTIME = Path.of("/proc/uptime");

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  /// Linux tells how long it is up, suspended time included, and the monotonic clock leaves that
  /// out.
  @Override
  public OptionalLong suspendedMillis() {
    try {
      String upSeconds = Files.readString(UPTIME).split(" ", 2)[0];
      return OptionalLong.of(
          (long) (Double.parseDouble(upSeconds) * 1_000) - System.nanoTime() / 1_000_000);
    } catch (IOException | NumberFormatException _) {
      return OptionalLong.empty();
    }
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
