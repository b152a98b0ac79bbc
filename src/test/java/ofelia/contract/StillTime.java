package ofelia.contract;

import ofelia.time.Signal;
import ofelia.time.SystemTime;
import ofelia.time.Time;

/// A wall clock that stands until it is set.
public final class StillTime implements Time {

  private final SystemTime system = new SystemTime();
  private volatile long millis;

  public StillTime(long millis) {
    this.millis = millis;
  }

  public void set(long at) {
    millis = at;
  }

  @Override
  public long millis() {
    return millis;
  }

  @Override
  public long nanos() {
    return system.nanos();
  }

  @Override
  public Signal newSignal() {
    return system.newSignal();
  }
}
