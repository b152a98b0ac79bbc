package ofelia.fake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Era;
import ofelia.ledger.History;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.ledger.Unfinished;
import ofelia.model.Cause;
import ofelia.model.Fate;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.RunId;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;

/// A ledger in plain collections, for tests that make millions of claims.
///
/// [#reopen] is the daemon's death and next start: what was recorded is there, and every call on
/// the old ledger and its spools throws, as a dead process would do nothing.
public final class MemoryLedger implements Ledger {

  static final int TAG = 1;

  /// What survives.
  static final class Store {
    final Map<JobName, Job> jobs = new HashMap<>();

    /// By number, from 1; null where a claim was withdrawn.
    final List<@Nullable Run> runs = new ArrayList<>();

    final TreeMap<Long, Run> open = new TreeMap<>();
    long boot;
    long seenMillis;
    int era;
  }

  static final class Job {
    BookedJob entry;
    long cursorMillis;

    /// Runs that the schedule asked for, by due instant.
    final List<Run> scheduled = new ArrayList<>();

    final List<Settled> stretches = new ArrayList<>();

    Job(BookedJob entry) {
      this.entry = entry;
      this.cursorMillis = entry.cursorMillis();
    }

    BookedJob booked(BookedJob definition) {
      return new BookedJob(
          definition.name(),
          definition.kind(),
          definition.source(),
          definition.schedule(),
          definition.spec(),
          entry.present(),
          cursorMillis,
          entry.anchorMillis());
    }
  }

  record Settled(Stretch stretch, int era) {}

  static final class Run {
    final long number;
    final Job job;
    final long dueMillis;
    final Cause cause;
    final BookedJob definition;
    final long cursorBeforeMillis;
    final int era;
    long fence;
    int attempt;
    @Nullable String intent;
    @Nullable String handle;
    final Set<String> handles = new HashSet<>();
    long startedMillis;
    long endedMillis;
    @Nullable Outcome retried;
    @Nullable Fate fate;
    String reason = "";
    @Nullable String stopBy;
    MemorySpool.@Nullable Text output;
    long droppedBytes;

    Run(long number, Job job, long dueMillis, Cause cause, int era, long fence) {
      this.number = number;
      this.job = job;
      this.dueMillis = dueMillis;
      this.cause = cause;
      this.definition = job.entry;
      this.cursorBeforeMillis = job.cursorMillis;
      this.era = era;
      this.fence = fence;
    }

    Claim claim() {
      return new Claim(RunId.of(TAG, number), definition.name(), dueMillis, cause, fence);
    }
  }

  private record SpoolKey(RunId run, int attempt) {}

  private final Time time;
  private final Store store;
  private final Map<SpoolKey, MemorySpool.Text> spools;
  private final long boot;
  private final long previousBootSeenMillis;

  public MemoryLedger(Time time) {
    this(time, new Store(), new HashMap<>());
  }

  private MemoryLedger(Time time, Store store, Map<SpoolKey, MemorySpool.Text> spools) {
    this.time = time;
    this.store = store;
    this.spools = spools;
    this.previousBootSeenMillis = store.seenMillis;
    this.boot = ++store.boot;
    store.seenMillis = Math.max(store.seenMillis, time.millis());
  }

  /// The same records under the next boot. This ledger is dead from now on.
  public MemoryLedger reopen() {
    synchronized (store) {
      return new MemoryLedger(time, store, spools);
    }
  }

  /// Reads what is on record, whichever start made it.
  public History history() {
    return new MemoryHistory(
        store,
        run -> spools.get(new SpoolKey(RunId.of(TAG, run.number), Math.max(1, run.attempt))));
  }

  private void touch() {
    requireAlive();
    store.seenMillis = Math.max(store.seenMillis, time.millis());
  }

  private void requireAlive() {
    if (store.boot != boot) {
      throw new LedgerException("this start has ended");
    }
  }

  @Override
  public long boot() {
    return boot;
  }

  @Override
  public long previousBootSeenMillis() {
    return previousBootSeenMillis;
  }

  @Override
  public List<BookedJob> book() {
    synchronized (store) {
      requireAlive();
      return book(store);
    }
  }

  static List<BookedJob> book(Store store) {
    return store.jobs.values().stream()
        .map(job -> job.booked(job.entry))
        .sorted(Comparator.comparing(BookedJob::name))
        .toList();
  }

  @Override
  public List<BookedJob> book(Collection<JobName> names) {
    synchronized (store) {
      touch();
      return book(store).stream().filter(job -> names.contains(job.name())).toList();
    }
  }

  @Override
  public List<Claim> unbegun() {
    synchronized (store) {
      touch();
      return store.open.values().stream()
          .filter(run -> run.cause.isOfSchedule() && run.fence == boot && run.attempt == 0)
          .map(Run::claim)
          .toList();
    }
  }

  @Override
  public void enter(List<BookedJob> jobs) {
    synchronized (store) {
      touch();
      for (BookedJob entry : jobs) {
        Job job = store.jobs.computeIfAbsent(entry.name(), _ -> new Job(entry));
        job.entry = entry;
        job.cursorMillis = Math.max(job.cursorMillis, entry.cursorMillis());
      }
    }
  }

  @Override
  public List<Claim> claim(List<Planned> planned) {
    synchronized (store) {
      touch();
      List<Claim> claims = new ArrayList<>(planned.size());
      for (Planned instant : planned) {
        @Nullable Job job = store.jobs.get(instant.job());
        if (job != null
            && job.cursorMillis == instant.cursorMillis()
            && job.cursorMillis < instant.dueMillis()
            && !hasRun(job, instant.dueMillis())) {
          Run run = begin(job, instant.dueMillis(), instant.cause());
          job.cursorMillis = instant.dueMillis();
          job.scheduled.add(run);
          claims.add(run.claim());
        } else if (job != null && isClaimedAlready(job, instant)) {
          claims.add(job.scheduled.getLast().claim());
        }
      }
      return claims;
    }
  }

  private boolean isClaimedAlready(Job job, Planned planned) {
    if (job.scheduled.isEmpty() || job.cursorMillis != planned.dueMillis()) {
      return false;
    }
    Run last = job.scheduled.getLast();
    return last.dueMillis == planned.dueMillis()
        && last.cursorBeforeMillis == planned.cursorMillis()
        && last.era == store.era
        && last.fence == boot
        && last.attempt == 0
        && last.fate == null;
  }

  private boolean hasRun(Job job, long dueMillis) {
    return !job.scheduled.isEmpty()
        && job.scheduled.getLast().dueMillis >= dueMillis
        && job.scheduled.stream()
            .anyMatch(run -> run.dueMillis == dueMillis && run.era == store.era);
  }

  private Run begin(Job job, long dueMillis, Cause cause) {
    Run run = new Run(store.runs.size() + 1L, job, dueMillis, cause, store.era, boot);
    store.runs.add(run);
    store.open.put(run.number, run);
    return run;
  }

  @Override
  public Claim claimNow(JobName name, long atMillis, Cause cause) {
    synchronized (store) {
      touch();
      @Nullable Job job = store.jobs.get(name);
      if (job == null) {
        throw new IllegalArgumentException("job \"%s\" is not in the book".formatted(name));
      }
      return begin(job, atMillis, cause).claim();
    }
  }

  @Override
  public List<Claim> withdraw(List<Claim> claims) {
    synchronized (store) {
      touch();
      return claims.stream()
          .sorted(Comparator.comparingLong(Claim::dueMillis).reversed())
          .filter(this::withdraw)
          .toList();
    }
  }

  private boolean withdraw(Claim claim) {
    @Nullable Run run = open(claim);
    if (run == null || run.attempt > 0) {
      return false;
    }
    Job job = run.job;
    if (run.cause.isOfSchedule()) {
      if (job.cursorMillis != run.dueMillis || run.era != store.era) {
        return false;
      }
      job.scheduled.removeLast();
      job.cursorMillis = run.cursorBeforeMillis;
    }
    store.runs.set((int) run.number - 1, null);
    store.open.remove(run.number);
    return true;
  }

  @Override
  public List<Stretch> settle(List<Stretch> stretches) {
    synchronized (store) {
      touch();
      List<Stretch> settled = new ArrayList<>(stretches.size());
      for (Stretch stretch : stretches) {
        @Nullable Job job = store.jobs.get(stretch.job());
        if (job != null
            && job.cursorMillis == stretch.cursorMillis()
            && job.cursorMillis < stretch.lastMillis()) {
          job.cursorMillis = stretch.lastMillis();
          job.stretches.add(new Settled(stretch, store.era));
          settled.add(stretch);
        }
      }
      return settled;
    }
  }

  @Override
  public int era() {
    synchronized (store) {
      touch();
      return store.era;
    }
  }

  @Override
  public boolean open(Era era) {
    synchronized (store) {
      touch();
      if (era.number() != store.era + 1) {
        return false;
      }
      store.era++;
      store.seenMillis = era.nowMillis();
      for (Era.Moved moved : era.moved()) {
        @Nullable Job job = store.jobs.get(moved.job());
        if (job != null) {
          job.entry = job.entry.at(moved.cursorMillis(), moved.anchorMillis());
          job.cursorMillis = moved.cursorMillis();
        }
      }
      return true;
    }
  }

  @Override
  public void waiting(Claim claim, String why) {
    synchronized (store) {
      touch();
      @Nullable Run run = open(claim);
      if (run != null) {
        run.reason = why;
      }
    }
  }

  @Override
  public void stopping(Claim claim, String by) {
    synchronized (store) {
      touch();
      @Nullable Run run = open(claim);
      if (run != null) {
        run.stopBy = by;
      }
    }
  }

  @Override
  public boolean intend(Claim claim, int attempt, String handle, long atMillis) {
    synchronized (store) {
      touch();
      @Nullable Run run = open(claim);
      if (run == null) {
        return false;
      }
      run.attempt = attempt;
      run.intent = handle;
      run.handles.add(handle);
      run.handle = null;
      run.retried = null;
      run.reason = "";
      run.startedMillis = run.startedMillis == 0 ? atMillis : run.startedMillis;
      return true;
    }
  }

  @Override
  public void started(Claim claim, int attempt, String handle) {
    boolean _ = ended(claim, attempt, handle);
  }

  @Override
  public boolean ended(Claim claim, int attempt, String handle) {
    synchronized (store) {
      touch();
      @Nullable Run run = open(claim);
      if (run == null || run.attempt != attempt) {
        return false;
      }
      run.handle = handle;
      run.handles.add(handle);
      return true;
    }
  }

  @Override
  public boolean retry(
      Claim claim, int attempt, Outcome outcome, long atMillis, Optional<OutputSpool> output) {
    synchronized (store) {
      touch();
      output.ifPresent(OutputSpool::close);
      @Nullable Run run = open(claim);
      if (run == null) {
        return false;
      }
      run.attempt = Math.max(run.attempt, attempt);
      run.retried = outcome;
      run.reason = "";
      return true;
    }
  }

  @Override
  public boolean close(Closing closing) {
    synchronized (store) {
      touch();
      closing.output().ifPresent(OutputSpool::close);
      @Nullable Run run = open(closing.claim());
      if (run == null) {
        return false;
      }
      run.fate = closing.fate();
      run.reason = closing.fate().reason();
      run.startedMillis = closing.startedMillis();
      run.endedMillis = closing.endedMillis();
      run.attempt = closing.attempts();
      if (closing.output().isPresent() && closing.output().get() instanceof MemorySpool spool) {
        run.output = spool.text;
        run.droppedBytes = spool.droppedBytes();
      }
      RunId id = closing.claim().run();
      for (int attempt = 1; attempt <= Math.max(1, run.attempt); attempt++) {
        spools.remove(new SpoolKey(id, attempt));
      }
      store.open.remove(run.number);
      return true;
    }
  }

  private boolean isOvertaken(Run run) {
    return store.runs.subList((int) run.number, store.runs.size()).stream()
        .filter(Objects::nonNull)
        .anyMatch(later ->
            later.job == run.job
                && later.era == run.era
                && later.dueMillis > run.dueMillis
                && later.cause.isOfSchedule()
                && later.attempt > 0);
  }

  /// The run, when it is open and the claim's fence is in force.
  private @Nullable Run open(Claim claim) {
    @Nullable Run run = store.open.get(claim.run().value() & 0xffff_ffffL);
    return run != null && run.fence == claim.fence() ? run : null;
  }

  @Override
  public List<Unfinished> takeOver() {
    synchronized (store) {
      touch();
      List<Unfinished> unfinished = new ArrayList<>();
      for (Run run : store.open.values()) {
        if (run.fence < boot) {
          run.fence = boot;
          unfinished.add(
              new Unfinished(
                  run.claim(),
                  run.job.booked(run.definition),
                  Math.max(1, run.attempt),
                  Optional.ofNullable(run.intent),
                  Optional.ofNullable(run.handle),
                  run.startedMillis,
                  Optional.ofNullable(run.retried),
                  Optional.ofNullable(run.stopBy),
                  isOvertaken(run)));
        }
      }
      return unfinished;
    }
  }

  @Override
  public OutputSpool spool(RunId run, int attempt, long limitBytes) {
    synchronized (store) {
      requireAlive();
      MemorySpool.Text text =
          spools.computeIfAbsent(new SpoolKey(run, attempt), _ -> new MemorySpool.Text());
      return new MemorySpool(run, attempt, limitBytes, text, this::requireAlive);
    }
  }

  @Override
  public void close() {
    synchronized (store) {
      if (store.boot == boot) {
        touch();
        // As dead as after a crash: the next number belongs to the next start, this one to nobody.
        store.boot++;
      }
    }
  }
}
