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

  /// Asks for the work's end, or for less time until it.
  ///
  /// @return false when somebody had asked before: the end is theirs, whoever shortens the time
  boolean request(String by, Duration grace) {
    List<Runnable> toCall;
    boolean isFirst;
    synchronized (this) {
      isFirst = this.by == null;
      if (!isFirst && grace.compareTo(this.grace) >= 0) {
        return false;
      }
      this.by = isFirst ? by : this.by;
      this.grace = grace;
      toCall = List.copyOf(callbacks);
    }
    toCall.forEach(Runnable::run);
    return isFirst;
  }

  @Override
  public synchronized boolean isRequested() {
    return by != null;
  }

  @Override
  public void onRequest(Runnable callback) {
    boolean isRequested;
    synchronized (this) {
      callbacks.add(callback);
      isRequested = by != null;
    }
    if (isRequested) {
      callback.run();
    }
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
