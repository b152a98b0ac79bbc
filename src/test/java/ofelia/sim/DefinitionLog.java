package ofelia.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ofelia.ledger.BookedJob;
import ofelia.model.JobName;

/// Which schedule was in force for which job from when to when, as the store saw it: what the
/// expected instants are computed from.
final class DefinitionLog {

  /// A stretch of time with one schedule.
  ///
  /// @param fromMillis exclusive
  /// @param throughMillis inclusive
  record Period(String schedule, long anchorMillis, long fromMillis, long throughMillis) {}

  private record Open(String schedule, long anchorMillis, long fromMillis) {}

  private final Map<JobName, List<Period>> closed = new TreeMap<>();
  private final Map<JobName, Open> open = new TreeMap<>();
  private final Map<JobName, Open> last = new TreeMap<>();

  void entered(List<BookedJob> jobs, long nowMillis) {
    for (BookedJob job : jobs) {
      Open before = open.remove(job.name());
      if (before != null) {
        end(job.name(), before, nowMillis);
      }
      if (job.present()) {
        Open known = last.get(job.name());
        long anchor =
            known != null && known.schedule.equals(job.schedule())
                ? known.anchorMillis
                : nowMillis - nowMillis % 1000;
        Open now = new Open(job.schedule(), anchor, nowMillis);
        open.put(job.name(), now);
        last.put(job.name(), now);
      }
    }
  }

  private void end(JobName job, Open period, long throughMillis) {
    closed
        .computeIfAbsent(job, _ -> new ArrayList<>())
        .add(
            new Period(
                period.schedule(), period.anchorMillis(), period.fromMillis(), throughMillis));
  }

  /// All periods, those that go on cut at the given instant.
  Map<JobName, List<Period>> until(long throughMillis) {
    open.forEach((job, period) -> end(job, period, throughMillis));
    open.clear();
    return closed;
  }
}
