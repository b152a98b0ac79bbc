package ofelia.fake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.ledger.Stretch;
import ofelia.model.Cause;
import ofelia.model.Fate;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.RunId;
import org.jspecify.annotations.Nullable;

/// Reads a [MemoryLedger]. Sorts everything for each question: for tests of hundreds of thousands
/// of runs at most.
final class MemoryHistory implements History {

  private final MemoryLedger.Store store;
  private final Function<MemoryLedger.Run, MemorySpool.@Nullable Text> spool;

  MemoryHistory(
      MemoryLedger.Store store, Function<MemoryLedger.Run, MemorySpool.@Nullable Text> spool) {
    this.store = store;
    this.spool = spool;
  }

  @Override
  public List<BookedJob> book() {
    synchronized (store) {
      return MemoryLedger.book(store);
    }
  }

  @Override
  public Map<String, String> calendars() {
    return Map.of();
  }

  @Override
  public void visit(Optional<JobName> job, long nowMillis, Predicate<HistoryEntry> visitor) {
    List<HistoryEntry> entries = new ArrayList<>();
    synchronized (store) {
      for (MemoryLedger.@Nullable Run run : store.runs) {
        if (run != null && isWanted(job, run.definition.name()) && run.dueMillis <= nowMillis) {
          entries.add(entry(run));
        }
      }
      for (MemoryLedger.Job row : store.jobs.values()) {
        if (isWanted(job, row.entry.name())) {
          row.stretches.forEach(stretch -> expand(stretch, nowMillis, entries));
        }
      }
    }
    entries.sort(
        Comparator.comparingLong(HistoryEntry::dueMillis)
            .thenComparing(entry -> entry.run().map(RunId::value).orElse(0L))
            .reversed());
    boolean _ = entries.stream().allMatch(visitor);
  }

  private static boolean isWanted(Optional<JobName> job, JobName name) {
    return job.isEmpty() || job.get().equals(name);
  }

  private static HistoryEntry entry(MemoryLedger.Run run) {
    @Nullable Fate fate = run.fate;
    Optional<Outcome> outcome =
        fate instanceof Fate.Ran(var ran) ? Optional.of(ran) : Optional.empty();
    return new HistoryEntry(
        Optional.of(RunId.of(MemoryLedger.TAG, run.number)),
        run.definition.name(),
        run.dueMillis,
        run.cause,
        fate == null ? "running" : fate.word(),
        outcome.map(Outcome::word),
        outcome.flatMap(MemoryHistory::exit),
        run.reason,
        run.startedMillis,
        run.endedMillis,
        run.attempt,
        run.output == null ? 0 : run.output.keptBytes,
        run.droppedBytes,
        run.era);
  }

  private static Optional<Integer> exit(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Succeeded() -> Optional.of(0);
      case Outcome.Failed(var exit, _) -> Optional.of(exit);
      case Outcome.TimedOut(_), Outcome.Cancelled(_), Outcome.Broke(_) -> Optional.empty();
    };
  }

  private static void expand(
      MemoryLedger.Settled settled, long nowMillis, List<HistoryEntry> entries) {
    Stretch stretch = settled.stretch();
    try {
      Schedule schedule = Schedule.parse(stretch.schedule(), ZoneOffset.UTC);
      long due = stretch.firstMillis() - 1;
      while (true) {
        due = schedule.next(due, stretch.anchorMillis());
        if (due > Math.min(stretch.lastMillis(), nowMillis)) {
          return;
        }
        entries.add(
            new HistoryEntry(
                Optional.empty(),
                stretch.job(),
                due,
                Cause.SCHEDULE,
                stretch.fate().word(),
                Optional.empty(),
                Optional.empty(),
                stretch.fate().reason(),
                0,
                0,
                0,
                0,
                0,
                settled.era()));
      }
    } catch (ScheduleSyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public List<HistoryEntry> find(String runOrEnd) {
    synchronized (store) {
      List<HistoryEntry> found = new ArrayList<>();
      for (MemoryLedger.@Nullable Run run : store.runs.reversed()) {
        if (run != null
            && found.size() < 10
            && !runOrEnd.isEmpty()
            && RunId.of(MemoryLedger.TAG, run.number).toString().endsWith(runOrEnd)) {
          found.add(entry(run));
        }
      }
      return found;
    }
  }

  @Override
  public Set<String> handles(RunId run) {
    synchronized (store) {
      return store.runs.stream()
          .filter(Objects::nonNull)
          .filter(row -> RunId.of(MemoryLedger.TAG, row.number).equals(run))
          .findFirst()
          .map(row -> Set.copyOf(row.handles))
          .orElse(Set.of());
    }
  }

  @Override
  public OutputPosition output(RunId run, OutputPosition position, OutputReader sink)
      throws IOException {
    int attempt;
    boolean isComplete;
    MemorySpool.@Nullable Text text;
    List<MemorySpool.Piece> pieces;
    synchronized (store) {
      long number = run.value() & 0xffff_ffffL;
      MemoryLedger.@Nullable Run row =
          number < 1 || number > store.runs.size() ? null : store.runs.get((int) number - 1);
      if (row == null || position.isComplete()) {
        return new OutputPosition(position.attempt(), position.offset(), true);
      }
      isComplete = row.fate != null;
      attempt = Math.max(1, row.attempt);
      text = isComplete ? row.output : spool.apply(row);
      pieces = text == null ? List.of() : List.copyOf(text.pieces);
    }
    long rewinds = text == null ? 0 : text.rewinds;
    boolean goesOn = position.attempt() == attempt && position.offset() >>> 32 == rewinds;
    int from = goesOn ? (int) position.offset() : 0;
    for (MemorySpool.Piece piece : pieces.subList(Math.min(from, pieces.size()), pieces.size())) {
      if (piece.channel.isPresent()) {
        sink.piece(piece.channel.get(), piece.atMillis, piece.bytes, 0, piece.bytes.length);
      } else {
        sink.mark(piece.atMillis, new String(piece.bytes, StandardCharsets.UTF_8));
      }
    }
    return new OutputPosition(attempt, (rewinds << 32) + pieces.size(), isComplete);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
