package ofelia.runner.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import ofelia.runner.process.ProcessTable.Row;
import ofelia.time.Time;

/// A wish of any thread that a process end, and what the thread that awaits it does about it.
final class StopRequest {

  private static final long NEVER = Long.MAX_VALUE;
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Duration KILL_AGAIN = Duration.ofMillis(100);

  private final Time time;

  /// When to KILL, by [Time#nanos]; [#NEVER] while nobody asked.
  private final AtomicLong killAt = new AtomicLong(NEVER);

  private boolean asked;
  private long killAgainAt = Long.MIN_VALUE;

  StopRequest(Time time) {
    this.time = time;
  }

  /// Safe for any thread. The earlier of several wins.
  void request(Duration grace) {
    Duration bounded = grace.compareTo(LONGEST) < 0 ? grace : LONGEST;
    killAt.accumulateAndGet(time.nanos() + bounded.toNanos(), Math::min);
  }

  /// How long until [#act] has something to do, unless a request comes first.
  Duration untilNextAct() {
    long at = killAt.get();
    if (at == NEVER) {
      return LONGEST;
    }
    return Duration.ofNanos(Math.max(at, killAgainAt) - time.nanos());
  }

  /// Sends TERM once after a request, and KILL again and again from the end of its grace.
  void act(Supplier<List<Row>> members) {
    long at = killAt.get();
    if (at == NEVER) {
      return;
    }
    long now = time.nanos();
    boolean force = now >= at;
    if (force ? now < killAgainAt : asked) {
      return;
    }
    asked = true;
    members.get().forEach(row -> Ending.signal(row, force));
    if (force) {
      killAgainAt = now + KILL_AGAIN.toNanos();
    }
  }

  /// What is left of the grace of a request, at least `least`.
  Duration graceOrAtLeast(Duration least) {
    long at = killAt.get();
    Duration left = at == NEVER ? least : Duration.ofNanos(at - time.nanos());
    return left.compareTo(least) > 0 ? left : least;
  }
}
