package ofelia.time;

import java.time.Duration;

/// Virtual threads for work, platform threads for loops: these are easy to see in a thread dump,
/// and do not queue for a processor behind a thousand runs that begin together.
public final class SystemCrew implements Crew {

  @Override
  public Hand start(String name, Runnable work) {
    return new ThreadHand(Thread.ofVirtual().name(name).start(work));
  }

  @Override
  public Hand startLoop(String name, Runnable loop) {
    return new ThreadHand(Thread.ofPlatform().name(name).daemon().start(loop));
  }

  private record ThreadHand(Thread thread) implements Hand {
    @Override
    public void interrupt() {
      thread.interrupt();
    }

    @Override
    public boolean join(Duration atMost) throws InterruptedException {
      return thread.join(atMost);
    }
  }
}
