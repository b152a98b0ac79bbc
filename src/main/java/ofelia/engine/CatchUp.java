package ofelia.engine;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import ofelia.model.JobName;
import ofelia.model.RunId;

/// Runs that make up for instants that passed, and wait for their turn: of each job one after
/// another, the oldest first, while no other run of that job goes on; jobs take turns. Owned by the
/// timekeeper's thread.
final class CatchUp {

  /// How many such runs go on at once, of all jobs: what is due now goes first, and a start after a
  /// long time must not begin everything together.
  static final int AT_ONCE = 10;

  private final Map<JobName, Queue<Ready>> waiting = new LinkedHashMap<>();
  private int size;

  void add(Ready ready) {
    waiting
        .computeIfAbsent(
            ready.claim().job(),
            _ -> new PriorityQueue<>(Comparator.comparing((Ready next) -> next.claim().run())))
        .add(ready);
    size++;
  }

  /// Takes out the run that is next.
  ///
  /// @param isFree whether no run of the job goes on or waits
  Optional<Ready> next(Predicate<JobName> isFree) {
    for (Map.Entry<JobName, Queue<Ready>> entry : waiting.entrySet()) {
      if (isFree.test(entry.getKey())) {
        return Optional.of(take(entry.getKey(), entry.getValue()));
      }
    }
    return Optional.empty();
  }

  private Ready take(JobName job, Queue<Ready> ofJob) {
    Ready next = ofJob.remove();
    size--;
    // To the end of the row, if it has more.
    waiting.remove(job);
    if (!ofJob.isEmpty()) {
      waiting.put(job, ofJob);
    }
    return next;
  }

  /// Takes out a run before its turn.
  Optional<Ready> remove(RunId run) {
    Optional<Ready> found = all().filter(ready -> ready.claim().run().equals(run)).findFirst();
    found.ifPresent(ready ->
        waiting.computeIfPresent(
            ready.claim().job(),
            (_, ofJob) -> {
              ofJob.remove(ready);
              size--;
              return ofJob.isEmpty() ? null : ofJob;
            }));
    return found;
  }

  boolean holds(Ready ready) {
    Queue<Ready> ofJob = waiting.get(ready.claim().job());
    return ofJob != null && ofJob.contains(ready);
  }

  Stream<Ready> all() {
    return waiting.values().stream().flatMap(Queue::stream);
  }

  int size() {
    return size;
  }
}
