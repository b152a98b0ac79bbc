package ofelia.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ofelia.plugin.Stop;
import org.jspecify.annotations.Nullable;

/// The stop of one run. Safe for any thread.
final class StopSwitch implements Stop {

  private final List<Runnable> callbacks = new ArrayList<>();
  private @Nullable String by;
  private Duration grace = Duration.ZERO;

  /// Asks for the work's end.
  ///
  /// @return false when somebody had asked before: only the first request counts
  boolean request(String by, Duration grace) {
    List<Runnable> toCall;
    synchronized (this) {
      if (this.by != null) {
        return false;
      }
      this.by = by;
      this.grace = grace;
      toCall = List.copyOf(callbacks);
      callbacks.clear();
    }
    toCall.forEach(Runnable::run);
    return true;
  }

  @Override
  public synchronized boolean isRequested() {
    return by != null;
  }

  @Override
  public void onRequest(Runnable callback) {
    synchronized (this) {
      if (by == null) {
        callbacks.add(callback);
        return;
      }
    }
    callback.run();
  }

  @Override
  public synchronized Duration grace() {
    return grace;
  }

  @Override
  public synchronized String by() {
    if (by == null) {
      throw new IllegalStateException("nobody asked");
    }
    return by;
  }
}
