package ofelia.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// Which run has to be ended next because it takes too long. Owned by the timekeeper's thread.
final class Deadlines {

  // Differences, since the monotonic clock may run over.
  private final TreeSet<ActiveRun> byDeadline =
      new TreeSet<>(
          Comparator.comparing((ActiveRun run) -> run, Deadlines::compareDeadlines)
              .thenComparing(run -> run.claim.run()));

  private static int compareDeadlines(ActiveRun a, ActiveRun b) {
    return Long.signum(a.deadlineNanos - b.deadlineNanos);
  }

  void add(ActiveRun run, long deadlineNanos) {
    run.deadlineNanos = deadlineNanos;
    byDeadline.add(run);
  }

  void remove(ActiveRun run) {
    byDeadline.remove(run);
  }

  /// Takes out those whose time is over.
  List<ActiveRun> takeExpired(long nowNanos) {
    List<ActiveRun> expired = new ArrayList<>();
    while (!byDeadline.isEmpty() && byDeadline.first().deadlineNanos - nowNanos <= 0) {
      expired.add(byDeadline.removeFirst());
    }
    return expired;
  }

  /// How long until the first one's time is over; [Long#MAX_VALUE] when there is none.
  long millisToFirst(long nowNanos) {
    return byDeadline.isEmpty()
        ? Long.MAX_VALUE
        : (byDeadline.first().deadlineNanos - nowNanos) / 1_000_000 + 1;
  }
}
