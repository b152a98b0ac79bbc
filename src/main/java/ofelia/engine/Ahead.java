package ofelia.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import ofelia.cron.Schedule;
import ofelia.ledger.Claim;

/// Claims whose time to begin has not come, by that time: those of one instant begin together.
/// Owned by the timekeeper's thread.
final class Ahead {

  private final NavigableMap<Long, List<Next>> byBegin = new TreeMap<>();

  /// A claim ahead of its time.
  ///
  /// @param cursorMillis where the job's cursor stood before
  record Next(Ready ready, long cursorMillis) {
    Claim claim() {
      return ready.claim();
    }
  }

  void add(long beginMillis, Next next) {
    byBegin.computeIfAbsent(beginMillis, _ -> new ArrayList<>()).add(next);
  }

  /// When the first one begins, or [Schedule#NEVER].
  long firstMillis() {
    return byBegin.isEmpty() ? Schedule.NEVER : byBegin.firstKey();
  }

  /// Takes out those that begin first. There must be one.
  List<Next> takeFirst() {
    return byBegin.pollFirstEntry().getValue();
  }

  Stream<Next> all() {
    return byBegin.values().stream().flatMap(List::stream);
  }

  void drop(Predicate<Next> which) {
    byBegin.values().forEach(next -> next.removeIf(which));
    byBegin.values().removeIf(List::isEmpty);
  }

  /// Brings some forward, since the clock was set back while they waited.
  void bringForward(long byMillis, Predicate<Next> which) {
    NavigableMap<Long, List<Next>> before = new TreeMap<>(byBegin);
    byBegin.clear();
    before.forEach((begin, all) ->
        all.forEach(next -> add(which.test(next) ? begin - byMillis : begin, next)));
  }

  void clear() {
    byBegin.clear();
  }
}
