package ofelia.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import ofelia.model.RunId;
import ofelia.time.Signal;
import ofelia.time.Time;

/// Which runs keep which containers of an engine at a standstill: a container goes on when the last
/// of them has let go of it.
///
/// A run that changes containers has its turn with them, so that two do not act on one at a time.
/// Safe for any thread.
final class Halts {

  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

  private final Time time;

  /// By the container's id.
  private final Map<String, Entry> entries = new HashMap<>();

  private final Set<String> inTurn = new HashSet<>();
  private final List<Signal> waiting = new ArrayList<>();
  private boolean isAlone;

  /// @param runs none for one that could not be made to go on: whoever is next tries again
  private record Entry(Halt halt, Set<RunId> runs) {}

  Halts(Time time) {
    this.time = time;
  }

  /// Waits until no other run changes any of the containers.
  ///
  /// @param isOver whether to wait no longer
  /// @return false when that was over before; else the turn has to be ended
  boolean begin(Collection<String> ids, BooleanSupplier isOver) throws InterruptedException {
    Signal ended = time.newSignal();
    try {
      while (!isOver.getAsBoolean()) {
        if (hasBegun(ids, ended)) {
          return true;
        }
        var _ = ended.await(LONGEST_SLEEP);
      }
      return false;
    } finally {
      forget(ended);
    }
  }

  private synchronized boolean hasBegun(Collection<String> ids, Signal ended) {
    if (!isAlone && ids.stream().noneMatch(inTurn::contains)) {
      inTurn.addAll(ids);
      return true;
    }
    if (!waiting.contains(ended)) {
      waiting.add(ended);
    }
    return false;
  }

  private synchronized void forget(Signal ended) {
    waiting.remove(ended);
  }

  synchronized void end(Collection<String> ids) {
    inTurn.removeAll(ids);
    waiting.forEach(Signal::raise);
  }

  /// Takes the turn with all containers, for what is done to their surroundings.
  ///
  /// @param over which of the standstills are none any more
  /// @return false when a container is stopped, or somebody has a turn; else the turn has to be
  ///   ended
  synchronized boolean beginAlone(Collection<Halt> over) {
    boolean isAnyStopped =
        all().stream().anyMatch(halt -> halt.way() == Halt.Way.STOP && !over.contains(halt));
    if (isAlone || isAnyStopped || !inTurn.isEmpty()) {
      return false;
    }
    isAlone = true;
    return true;
  }

  synchronized void endAlone() {
    isAlone = false;
    waiting.forEach(Signal::raise);
  }

  /// All that is on record, whether somebody has ended it since or not.
  synchronized List<Halt> all() {
    return entries.values().stream().map(Entry::halt).toList();
  }

  /// What is on record of a container, whether somebody has ended it since or not.
  synchronized Optional<Halt> find(String id) {
    return Optional.ofNullable(entries.get(id)).map(Entry::halt);
  }

  /// A run that needs the standstill.
  synchronized Optional<RunId> keeper(Halt halt) {
    return Optional.ofNullable(entries.get(halt.id()))
        .filter(entry -> entry.halt.isSameStandstill(halt))
        .flatMap(entry -> entry.runs.stream().findFirst());
  }

  /// The standstill of a container that some run has brought about, or nobody could end yet.
  ///
  /// @param started when it was started last: since then, or it is none of theirs
  synchronized Optional<Halt> find(String id, String started) {
    return Optional.ofNullable(entries.get(id))
        .map(Entry::halt)
        .filter(halt -> halt.started().equals(started));
  }

  /// Notes that a run needs the container to stand still.
  synchronized void join(RunId run, Halt halt) {
    Entry entry = entries.get(halt.id());
    if (entry == null || entry.runs.isEmpty() || !entry.halt.isSameStandstill(halt)) {
      entry = new Entry(halt, new LinkedHashSet<>());
      entries.put(halt.id(), entry);
    }
    entry.runs.add(run);
  }

  /// Notes that a run needs that no more. May be repeated.
  ///
  /// @return whether nobody else does
  synchronized boolean leave(RunId run, Halt halt) {
    Entry entry = entries.get(halt.id());
    if (entry == null || !entry.halt.isSameStandstill(halt)) {
      return true;
    }
    entry.runs.remove(run);
    if (entry.runs.isEmpty()) {
      entries.remove(halt.id());
      return true;
    }
    return false;
  }

  /// Whether any run needs that.
  synchronized boolean isNeeded(Halt halt) {
    Entry entry = entries.get(halt.id());
    return entry != null && entry.halt.isSameStandstill(halt) && !entry.runs.isEmpty();
  }

  /// Whether a run other than this one needs that.
  synchronized boolean isNeededByOthers(RunId run, Halt halt) {
    Entry entry = entries.get(halt.id());
    return entry != null
        && entry.halt.isSameStandstill(halt)
        && entry.runs.stream().anyMatch(other -> !other.equals(run));
  }

  /// Notes that a container could not be made to go on.
  synchronized void owe(Halt halt) {
    entries.putIfAbsent(halt.id(), new Entry(halt, new LinkedHashSet<>()));
  }
}
