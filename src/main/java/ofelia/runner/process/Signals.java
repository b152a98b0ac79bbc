package ofelia.runner.process;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import ofelia.time.Signal;
import ofelia.time.Time;

/// What happened to a process since its thread last looked: a set of bits that anybody may add to
/// and one thread takes.
final class Signals {

  static final int STDOUT = 1;
  static final int STDERR = 2;
  static final int ENDED = 4;
  static final int STOP = 8;

  private final AtomicInteger raised = new AtomicInteger();
  private final Signal wake;

  Signals(Time time) {
    this.wake = time.newSignal();
  }

  void raise(int bits) {
    raised.accumulateAndGet(bits, (before, more) -> before | more);
    wake.raise();
  }

  /// Takes what there is without waiting.
  int poll() {
    return raised.getAndSet(0);
  }

  /// Waits until there is something or the time is over. May return 0 sooner.
  int take(Duration atMost) throws InterruptedException {
    int taken = poll();
    if (taken == 0 && wake.await(atMost)) {
      taken = poll();
    }
    return taken;
  }
}
