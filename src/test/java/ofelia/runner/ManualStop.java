package ofelia.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ofelia.plugin.Stop;

/// A stop that a test requests.
final class ManualStop implements Stop {

  private final List<Runnable> callbacks = new ArrayList<>();
  private boolean requested;
  private Duration grace = Duration.ZERO;

  void request(Duration grace) {
    List<Runnable> called;
    synchronized (this) {
      requested = true;
      this.grace = grace;
      called = List.copyOf(callbacks);
    }
    called.forEach(Runnable::run);
  }

  @Override
  public synchronized boolean isRequested() {
    return requested;
  }

  @Override
  public void onRequest(Runnable callback) {
    boolean now;
    synchronized (this) {
      now = requested;
      callbacks.add(callback);
    }
    if (now) {
      callback.run();
    }
  }

  @Override
  public synchronized Duration grace() {
    return grace;
  }

  @Override
  public String by() {
    return "the test";
  }
}
