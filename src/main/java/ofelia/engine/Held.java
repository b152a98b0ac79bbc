package ofelia.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.model.JobName;
import ofelia.model.RunId;

/// Runs that calendars put off, one of each job at most. Owned by the timekeeper's thread.
final class Held {

  private final Map<JobName, Until> byJob = new LinkedHashMap<>();

  private record Until(Ready ready, long millis) {}

  boolean has(JobName job) {
    return byJob.containsKey(job);
  }

  void add(Ready ready, long untilMillis) {
    byJob.put(ready.job().name(), new Until(ready, untilMillis));
  }

  /// The earliest instant at which one of them may begin, or [Long#MAX_VALUE].
  long earliestMillis() {
    long earliest = Long.MAX_VALUE;
    for (Until until : byJob.values()) {
      earliest = Math.min(earliest, until.millis);
    }
    return earliest;
  }

  /// Takes out those whose time has come.
  List<Ready> take(long nowMillis) {
    List<Ready> due = new ArrayList<>();
    byJob
        .values()
        .removeIf(until -> {
          boolean isDue = until.millis <= nowMillis;
          if (isDue) {
            due.add(until.ready);
          }
          return isDue;
        });
    return due;
  }

  Optional<Ready> remove(RunId run) {
    Optional<Ready> found =
        all().stream().filter(ready -> ready.claim().run().equals(run)).findFirst();
    found.ifPresent(ready -> byJob.remove(ready.job().name()));
    return found;
  }

  Collection<Ready> all() {
    return byJob.values().stream().map(Until::ready).toList();
  }

  int size() {
    return byJob.size();
  }
}
