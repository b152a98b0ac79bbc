package ofelia.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import ofelia.cron.Schedule;

/// Which job is due next: the entries whose next instant is not claimed yet, the earliest first.
/// Owned by the timekeeper's thread.
final class Planner {

  private PriorityQueue<JobEntry> upcoming = newQueue();

  private static PriorityQueue<JobEntry> newQueue() {
    return new PriorityQueue<>(Comparator.comparingLong((JobEntry entry) -> entry.nextMillis));
  }

  /// Plans afresh with these entries only; those claimed ahead come back by [#add] once their
  /// instant has come.
  void reset(Collection<JobEntry> entries) {
    upcoming = newQueue();
    for (JobEntry entry : entries) {
      if (entry.ahead == null) {
        add(entry);
      }
    }
  }

  /// Adds an entry that is not in the plan; one that is never due is left out.
  void add(JobEntry entry) {
    if (entry.nextMillis != Schedule.NEVER) {
      upcoming.add(entry);
    }
  }

  /// The earliest due instant, or [Schedule#NEVER].
  long earliestMillis() {
    JobEntry first = upcoming.peek();
    return first == null ? Schedule.NEVER : first.nextMillis;
  }

  /// Takes out all entries due up to and including the instant.
  List<JobEntry> take(long throughMillis) {
    List<JobEntry> due = new ArrayList<>();
    while (earliestMillis() <= throughMillis) {
      due.add(upcoming.remove());
    }
    return due;
  }
}
