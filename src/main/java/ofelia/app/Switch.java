package ofelia.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// What signals ask of the daemon, remembered until it is there to hear it. Safe for any thread.
final class Switch {

  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<Runnable> hurry = new AtomicReference<>(() -> {});
  private final AtomicReference<Runnable> reload = new AtomicReference<>(() -> {});

  /// Asks for the end; each time after the first, for haste.
  void end() {
    ended.countDown();
    if (asked.incrementAndGet() > 1) {
      hurry.get().run();
    }
  }

  /// Asks for the sources to be read again; nothing happens while there are none yet.
  void reload() {
    reload.get().run();
  }

  /// Waits until the end is asked for.
  void await() throws InterruptedException {
    ended.await();
  }

  /// What to do when haste is asked for; done at once when it was.
  void onHurry(Runnable callback) {
    hurry.set(callback);
    if (asked.get() > 1) {
      callback.run();
    }
  }

  void onReload(Runnable callback) {
    reload.set(callback);
  }
}
