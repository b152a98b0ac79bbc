package ofelia.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import ofelia.ledger.Claim;
import ofelia.model.RunId;

/// Runs that wait for a free place, in the order in which they begin. Owned by the timekeeper's
/// thread.
///
/// When thousands are due together, most wait for a few milliseconds. To record that of each would
/// make all of them wait for longer, so it is done for those that have waited for [#MOMENT].
final class WaitingLine {

  static final Duration MOMENT = Duration.ofSeconds(1);

  private final Queue<Place> places = new ArrayDeque<>();

  /// The last ones of `places`, and some who have left.
  private final Queue<Place> untold = new ArrayDeque<>();

  /// Where a run stands in line.
  static final class Place {
    private final Ready ready;
    private final String why;
    private final long sinceNanos;
    private volatile boolean isLeft;

    private Place(Ready ready, String why, long sinceNanos) {
      this.ready = ready;
      this.why = why;
      this.sinceNanos = sinceNanos;
    }

    Claim claim() {
      return ready.claim();
    }

    String why() {
      return why;
    }

    /// Whether the run waits no more. For any thread.
    boolean isLeft() {
      return isLeft;
    }
  }

  void add(Ready ready, String why, long nowNanos) {
    Place place = new Place(ready, why, nowNanos);
    places.add(place);
    untold.add(place);
  }

  /// Lets the first one go.
  Ready remove() {
    Place first = places.remove();
    first.isLeft = true;
    return first.ready;
  }

  /// Takes a run out of the line, wherever it stands.
  Optional<Ready> remove(RunId run) {
    for (Iterator<Place> each = places.iterator(); each.hasNext(); ) {
      Place place = each.next();
      if (place.claim().run().equals(run)) {
        each.remove();
        place.isLeft = true;
        return Optional.of(place.ready);
      }
    }
    return Optional.empty();
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  int size() {
    return places.size();
  }

  Stream<Ready> all() {
    return places.stream().map(place -> place.ready);
  }

  /// Those that have waited for [#MOMENT] by now and were not taken before.
  List<Place> takeUntold(long nowNanos) {
    List<Place> taken = new ArrayList<>();
    for (Place next = untold.peek();
        next != null && nowNanos - next.sinceNanos >= MOMENT.toNanos();
        next = untold.peek()) {
      untold.remove();
      if (!next.isLeft) {
        taken.add(next);
      }
    }
    return taken;
  }

  /// How long until [#takeUntold] may have some; [Long#MAX_VALUE] when nobody waits.
  long millisToUntold(long nowNanos) {
    Place first = untold.peek();
    return first == null
        ? Long.MAX_VALUE
        : Duration.ofNanos(first.sinceNanos - nowNanos).plus(MOMENT).toMillis() + 1;
  }
}
