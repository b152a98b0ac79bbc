package ofelia.time;

import java.time.Duration;

/// A virtual thread for each piece of work.
public final class VirtualCrew implements Crew {

  @Override
  public Hand start(String name, Runnable work) {
    Thread thread = Thread.ofVirtual().name(name).start(work);
    return new Hand() {
      @Override
      public void interrupt() {
        thread.interrupt();
      }

      @Override
      public boolean join(Duration atMost) throws InterruptedException {
        return thread.join(atMost);
      }
    };
  }
}
