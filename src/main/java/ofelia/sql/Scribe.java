package ofelia.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import ofelia.ledger.LedgerException;
import ofelia.time.SystemTime;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that writes.
///
/// # Group commit
///
/// Making a record durable costs a sync of the disk, whether one record or two hundred are in the
/// transaction. So whatever has queued up while the last sync went on is written in the next
/// transaction, and all its callers wake when that is synced. Under light load each record has a
/// sync of its own and waits for nobody.
///
/// # What nobody waits for
///
/// A transaction in which nobody waits is not synced: it outlives this process, and is on disk with
/// the next one that is, a second later at the latest. Else the note that a run has begun would
/// cost a sync of its own, and often hold up the record of its end.
///
/// # When one is bad
///
/// A group in which one write fails is rolled back and each of its writes repeated alone, so that a
/// bad one takes nobody down. A write may therefore be applied twice, the first time in vain: it
/// changes nothing but the database.
///
/// # Deadlines
///
/// A caller that has waited too long takes its write back while that is still queued. When it is
/// being written at that moment, the caller waits once more for as long, and then is told that the
/// outcome is not known.
final class Scribe {

  private static final Logger LOG = LoggerFactory.getLogger(Scribe.class);

  /// The disk takes its time whatever clock the schedules run by.
  private static final Time MACHINE = new SystemTime();

  /// Changes the database and nothing else, since it may be done again.
  interface Write<T> {
    T to(Sqlite store) throws SQLException;
  }

  /// A write that has nothing to say.
  interface Change {
    void to(Sqlite store) throws SQLException;
  }

  /// How many writes may wait for the thread; the next caller waits for a place.
  private static final int QUEUE = 4_096;

  /// How many go into one transaction; bounds its memory and the time for which the first of them
  /// waits.
  private static final int GROUP = 256;

  /// For how long writes that nobody waits for are held back, to share another's sync.
  private static final long LINGER_MILLIS = 50;

  /// For how long at most what was written is not synced. A little more than what the pulse leaves
  /// between two of its own.
  private static final long UNSYNCED_MILLIS = 1_050;

  private final Sqlite store;
  private final Change pulse;
  private final long pulseMillis;
  private final long patienceMillis;
  private final BlockingQueue<Entry<?>> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong commits = new AtomicLong();
  private final Thread thread;
  private volatile boolean isLeaving;
  private volatile boolean isAbandoned;

  /// Whether something was written since the latest sync. The thread's.
  private boolean isUnsynced;

  /// @param pulse goes into each transaction, and is done by itself when nothing else was for
  ///   `pulseMillis`
  /// @param patienceMillis for how long callers wait
  Scribe(Sqlite store, Change pulse, long pulseMillis, long patienceMillis) {
    this.store = store;
    this.pulse = pulse;
    this.pulseMillis = pulseMillis;
    this.patienceMillis = patienceMillis;
    this.thread = Thread.ofPlatform().name("ledger").daemon(true).unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  /// Writes, and returns when it is synced.
  ///
  /// @param what to call it in an error: `cannot record the end of run …`
  /// @throws LedgerException when it was not written
  <T> T write(String what, Write<T> write) {
    return write(what, write, () -> {});
  }

  /// The same, for a write that names something outside of the database.
  ///
  /// @param undo done once it is certain that nothing was written, be it after the caller has left
  <T> T write(String what, Write<T> write, Runnable undo) {
    Entry<T> entry = new Entry<>(what, write, true, undo);
    put(entry);
    return entry.await(patienceMillis);
  }

  /// The same for a write that has nothing to say.
  void change(String what, Change change) {
    write(
        what,
        store -> {
          change.to(store);
          return true;
        });
  }

  /// Writes some time soon; what is written later is written after it.
  ///
  /// @throws LedgerException when there is no place in the queue
  void writeSoon(String what, Write<?> write) {
    put(new Entry<>(what, write, false, () -> {}));
  }

  /// How many transactions were made durable so far.
  long commits() {
    return commits.get();
  }

  /// Writes what is queued and one thing more, then ends the thread. The connection stays open.
  ///
  /// @return false when the disk did not take it in time: the thread is left behind with it, and
  ///   the connection is in use
  boolean close(String what, Change last, Duration patience) {
    // Where there is no place for it, the disk hangs.
    boolean _ =
        queue.offer(
            new Entry<>(
                what,
                store -> {
                  last.to(store);
                  return true;
                },
                false,
                () -> {}));
    return leave(patience);
  }

  /// Ends the thread without writing what is queued, as a crash would.
  void abandon() {
    isAbandoned = true;
    boolean _ = leave(Duration.ofMillis(2 * patienceMillis));
  }

  private boolean leave(Duration patience) {
    isLeaving = true;
    boolean wasInterrupted = false;
    long deadline = MACHINE.nanos() + patience.toNanos();
    while (thread.isAlive() && MACHINE.nanos() - deadline < 0) {
      // Not by interrupting: the thread is in native code, or at the queue for a moment.
      queue.offer(new Entry<>("", _ -> true, true, () -> {}));
      try {
        thread.join(Math.min(100, 1 + patience.toMillis()));
      } catch (InterruptedException _) {
        wasInterrupted = true;
      }
    }
    failAll(queue);
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  private void put(Entry<?> entry) {
    if (isLeaving) {
      entry.undo.run();
      throw new LedgerException(entry.what + ": the ledger is closed");
    }
    boolean wasInterrupted = Thread.interrupted();
    long deadline = MACHINE.nanos() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    try {
      while (true) {
        try {
          if (queue.offer(entry, deadline - MACHINE.nanos(), TimeUnit.NANOSECONDS)) {
            break;
          }
          entry.undo.run();
          throw new LedgerException(
              "%s: %d records wait already, the disk is too slow".formatted(entry.what, QUEUE));
        } catch (InterruptedException _) {
          wasInterrupted = true;
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (isLeaving && !thread.isAlive()) {
      // It came too late to be seen by the thread.
      failAll(queue);
    }
  }

  private void work() {
    List<Entry<?>> group = new ArrayList<>();
    while (!isAbandoned && !(isLeaving && queue.isEmpty())) {
      try {
        group.clear();
        gather(group);
        if (!isAbandoned) {
          commit(group);
        }
      } catch (InterruptedException _) {
        // Nobody interrupts this thread; it leaves when it is told to by close or abandon.
      }
    }
    failAll(group);
  }

  private void gather(List<Entry<?>> group) throws InterruptedException {
    long atMost = isUnsynced ? Math.min(UNSYNCED_MILLIS, pulseMillis) : pulseMillis;
    Entry<?> first = queue.poll(atMost, TimeUnit.MILLISECONDS);
    if (first == null) {
      return;
    }
    group.add(first);
    queue.drainTo(group, GROUP - group.size());
    long until = MACHINE.nanos() + TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS);
    while (!isLeaving && group.size() < GROUP && group.stream().noneMatch(e -> e.isAwaited)) {
      Entry<?> next = queue.poll(until - MACHINE.nanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        return;
      }
      group.add(next);
      queue.drainTo(group, GROUP - group.size());
    }
  }

  private void commit(List<Entry<?>> group) {
    boolean isSynced = group.isEmpty() || isLeaving || group.stream().anyMatch(e -> e.isAwaited);
    long changes;
    try {
      store.syncCommits(isSynced);
      changes = -store.changes();
      store.begin();
      for (Entry<?> entry : group) {
        entry.apply(store);
      }
      pulse.to(store);
      store.commit();
      changes += store.changes();
    } catch (SQLException | RuntimeException | Error e) {
      store.rollback();
      if (group.size() == 1) {
        group.getFirst().fail(e);
      } else {
        group.forEach(entry -> commit(List.of(entry)));
      }
      return;
    }
    // One that changed nothing, such as a question, syncs nothing either.
    if (changes > 0) {
      isUnsynced = !isSynced;
    }
    if (isSynced) {
      commits.incrementAndGet();
    }
    group.forEach(Entry::succeed);
  }

  private static void failAll(Iterable<Entry<?>> entries) {
    for (Entry<?> entry : entries) {
      entry.fail(new LedgerException("the ledger is closed"));
    }
  }

  private enum State {
    QUEUED,
    TAKEN,
    WITHDRAWN,
    WRITTEN,
    FAILED
  }

  /// A write and the one who waits for it.
  private static final class Entry<T> {
    private final String what;
    private final Write<T> write;
    private final boolean isAwaited;
    private final Runnable undo;

    @GuardedBy("this")
    private State state = State.QUEUED;

    @GuardedBy("this")
    private @Nullable T result;

    @GuardedBy("this")
    private @Nullable Throwable failure;

    Entry(String what, Write<T> write, boolean isAwaited, Runnable undo) {
      this.undo = undo;
      this.what = what;
      this.write = write;
      this.isAwaited = isAwaited;
    }

    void apply(Sqlite store) throws SQLException {
      synchronized (this) {
        if (state == State.WITHDRAWN) {
          return;
        }
        state = State.TAKEN;
      }
      T written = write.to(store);
      synchronized (this) {
        result = written;
      }
    }

    synchronized void succeed() {
      if (state == State.TAKEN) {
        state = State.WRITTEN;
        notifyAll();
      }
    }

    synchronized void fail(Throwable cause) {
      if (state == State.WRITTEN || state == State.FAILED) {
        return;
      }
      if (!isAwaited) {
        LOG.warn("{}: {}", what, cause.toString());
      }
      if (state != State.WITHDRAWN) {
        undo.run();
      }
      state = State.FAILED;
      failure = cause;
      notifyAll();
    }

    synchronized T await(long patienceMillis) {
      boolean isInTime = awaitUntil(deadline(patienceMillis));
      if (!isInTime && state == State.QUEUED) {
        state = State.WITHDRAWN;
        undo.run();
        throw new LedgerException(
            "%s: the disk did not take it within %d s".formatted(what, patienceMillis / 1_000));
      }
      if (!isInTime && !awaitUntil(deadline(patienceMillis))) {
        throw new LedgerException(
            "%s: the disk did not answer within %d s, it may or may not be on record"
                .formatted(what, 2 * patienceMillis / 1_000));
      }
      if (failure != null) {
        throw failure instanceof IllegalArgumentException wrong ? wrong : Trouble.of(what, failure);
      }
      return Objects.requireNonNull(result);
    }

    private static long deadline(long patienceMillis) {
      return MACHINE.nanos() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    }

    /// Not ended by an interrupt: whether the record was kept must be known, and soon is.
    @GuardedBy("this")
    private boolean awaitUntil(long deadline) {
      boolean wasInterrupted = false;
      while (state != State.WRITTEN && state != State.FAILED) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - MACHINE.nanos());
        if (left <= 0) {
          break;
        }
        try {
          wait(left);
        } catch (InterruptedException _) {
          wasInterrupted = true;
        }
      }
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
      return state == State.WRITTEN || state == State.FAILED;
    }
  }
}
