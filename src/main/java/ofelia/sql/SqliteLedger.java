package ofelia.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger in a SQLite database.
///
/// # What is durable when
///
/// WAL with `synchronous=FULL`: a transaction is on disk when its commit returns, but for notes
/// that nobody waits for, which are soon. All writing goes through one thread, [Scribe], which puts
/// whatever waits into one transaction. Output is packed by whoever ends a run and stored in the
/// transaction that records the fate.
///
/// # Compare and set
///
/// Nothing is read first and written later: each statement that changes a record names in its
/// `WHERE` what must hold, and the number of rows it changed is the answer. The cursor and the row
/// of an occurrence move in one transaction, and (job, due, occurrence, era) is unique besides.
///
/// Safe for any thread.
public final class SqliteLedger implements Ledger {

  private static final Logger LOG = LoggerFactory.getLogger(SqliteLedger.class);

  /// How often the store is told that its daemon is alive; a write by itself only when nothing else
  /// is written.
  private static final long PULSE_MILLIS = 30_000;

  /// With other writes the news go more often, since they cost no sync of their own then: a history
  /// that says when the daemon was last seen must not name a time before runs that it shows.
  private static final long SHARED_PULSE_MILLIS = 1_000;

  /// 2026-01-01T00:00:00Z.
  private static final long FIRST_NUMBER_MILLIS = 1_767_225_600_000L;

  /// Half of the numbers that a store has, in the year 2094.
  private static final long LATEST_NUMBER = 1L << 31;

  /// How long callers wait for the disk, twice.
  private static final long PATIENCE_MILLIS = 30_000;

  private final @Nullable StoreDirectory home;
  private final Outputs outputs;
  private final Sqlite store;
  private final Scribe scribe;
  private final Time time;
  private final int tag;
  private final long boot;
  private final long previousBootSeenMillis;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /// The last number given to a run. The scribe's; numbers of a transaction that failed stay
  /// unused.
  private long lastRun;

  /// The scribe's.
  private long pulsedMillis;

  private SqliteLedger(@Nullable StoreDirectory home, Sqlite store, Time time)
      throws SQLException, IOException {
    this.home = home;
    this.outputs = new Outputs(home == null ? null : home.path());
    this.store = store;
    this.time = time;
    configure(store);
    Migrations.apply(store, time.millis());
    this.previousBootSeenMillis =
        store.number("SELECT max(seen, ended) FROM boot ORDER BY number DESC LIMIT 1");
    store.begin();
    if (store.number("SELECT count(*) FROM store") == 0) {
      store.update(
          "INSERT INTO store (tag, runs) VALUES (?, 0)",
          ThreadLocalRandom.current().nextInt(1, 1 << 16));
    }
    this.pulsedMillis = time.millis();
    this.boot = 1 + store.number("SELECT max(number) FROM boot");
    store.update(
        "INSERT INTO boot (number, started, seen) VALUES (?, ?, ?)",
        boot,
        pulsedMillis,
        Math.max(pulsedMillis, previousBootSeenMillis));
    store.commit();
    this.tag = (int) store.number("SELECT tag FROM store");
    this.lastRun = Math.max(store.number("SELECT runs FROM store"), numberAt(pulsedMillis));
    outputs.sweep(OpenRuns.attempts(store, tag));
    this.scribe = new Scribe(store, this::pulse, PULSE_MILLIS, PATIENCE_MILLIS);
  }

  /// The number from which a start at a time counts its runs at least: one for each second since
  /// 2026. A store that is brought back from a copy counts from the copy's runs on, and those after
  /// them may have left containers, processes and files behind that must not be taken for its own.
  /// Where a store makes less than a run a second on average, no number comes again.
  private static long numberAt(long millis) {
    long seconds = (millis - FIRST_NUMBER_MILLIS) / 1000;
    // A clock far off must not use up the numbers.
    return seconds > LATEST_NUMBER ? 0 : seconds;
  }

  /// Opens the store in a directory, which is made when it is missing, and holds it until it is
  /// closed.
  ///
  /// @throws LedgerException when another daemon holds it, it is newer than this program, it lies
  ///   on a network file system, or cannot be read and written
  public static SqliteLedger open(Path directory, Time time) {
    String what = "cannot open the store in \"%s\"".formatted(directory);
    StoreDirectory home = null;
    boolean isOpen = false;
    try {
      home = StoreDirectory.hold(directory);
      DriverLibrary.load(home);
      SqliteLedger ledger = start(home, StoreDirectory.database(home.path()).toString(), time);
      isOpen = true;
      return ledger;
    } catch (SQLException | IOException e) {
      throw Trouble.of(what, e);
    } finally {
      if (!isOpen) {
        release(home);
      }
    }
  }

  /// A store that ends with the process.
  public static SqliteLedger openInMemory(Time time) {
    try {
      return start(null, Sqlite.IN_MEMORY, time);
    } catch (SQLException | IOException e) {
      throw Trouble.of("cannot open a store in memory", e);
    }
  }

  private static SqliteLedger start(@Nullable StoreDirectory home, String place, Time time)
      throws SQLException, IOException {
    Sqlite store = Sqlite.open(place, false);
    boolean isOpen = false;
    try {
      SqliteLedger ledger = new SqliteLedger(home, store, time);
      ledger.scribe.start();
      isOpen = true;
      return ledger;
    } finally {
      if (!isOpen) {
        store.close();
      }
    }
  }

  private static void configure(Sqlite store) throws SQLException {
    // The first takes effect in a new file only, before its first table.
    store.pragma("auto_vacuum = INCREMENTAL");
    store.pragma("journal_mode = WAL");
    store.pragma("synchronous = FULL");
    store.pragma("foreign_keys = ON");
    store.pragma("wal_autocheckpoint = 1000");
    store.pragma("journal_size_limit = 16777216");
  }

  private void pulse(Sqlite store) throws SQLException {
    long now = time.millis();
    if (Math.abs(now - pulsedMillis) >= SHARED_PULSE_MILLIS) {
      store.update("UPDATE boot SET seen = max(seen, ?) WHERE number = ?", now, boot);
      pulsedMillis = now;
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

  /// The number of the run that was claimed last; the store's own mark when there was none yet.
  public RunId latestRun() {
    return scribe.write("cannot read the latest run", _ -> RunId.of(tag, lastRun));
  }

  /// What is on record, read through this ledger: the only way to read a store in memory. Closing
  /// it closes nothing else. Its sinks may use the ledger.
  public History history() {
    return new SqliteHistory(
        outputs,
        tag,
        new SqliteHistory.Source() {
          @Override
          public <T> T ask(SqliteHistory.Query<T> query) {
            return scribe.write("cannot read the store", query::from);
          }
        });
  }

  @Override
  public List<BookedJob> book() {
    return scribe.write("cannot read the job book", Book::read);
  }

  @Override
  public List<BookedJob> book(Collection<JobName> names) {
    return scribe.write(
        "cannot read the job book",
        store -> {
          List<BookedJob> jobs = new ArrayList<>();
          for (JobName name : names) {
            Book.find(store, name).ifPresent(jobs::add);
          }
          return jobs;
        });
  }

  @Override
  public void enter(List<BookedJob> jobs) {
    scribe.change(
        "cannot enter jobs",
        store -> {
          for (BookedJob job : jobs) {
            Book.enter(store, job);
          }
        });
  }

  @Override
  public List<Claim> claim(List<Planned> planned) {
    return scribe.write(
        "cannot claim due runs",
        store -> {
          List<Claim> claims = new ArrayList<>();
          for (Planned instant : planned) {
            long run = lastRun + 1;
            if (claim(store, run, instant)) {
              lastRun = run;
              claims.add(
                  new Claim(
                      RunId.of(tag, run),
                      instant.job(),
                      instant.dueMillis(),
                      instant.cause(),
                      boot));
            } else {
              claimedAlready(store, instant).ifPresent(claims::add);
            }
          }
          keepLastRun(store);
          return claims;
        });
  }

  /// What this start has claimed for the instant and not begun.
  private Optional<Claim> claimedAlready(Sqlite store, Planned planned) throws SQLException {
    return store.first(
        """
        SELECT run.id, job.name, run.due, run.cause FROM run JOIN job ON job.id = run.job
        WHERE job.name = ? AND job.cursor = run.due AND run.due = ? AND cursor_before = ?
          AND occurrence = 0 AND fence = ? AND attempt = 0 AND fate IS NULL
          AND era = (SELECT number FROM present_era)
        """,
        this::claim,
        planned.job().value(),
        planned.dueMillis(),
        planned.cursorMillis(),
        boot);
  }

  private Claim claim(ResultSet row) throws SQLException {
    return new Claim(
        RunId.of(tag, row.getLong(1)),
        new JobName(row.getString(2)),
        row.getLong(3),
        Cause.parse(row.getString(4)),
        boot);
  }

  private boolean claim(Sqlite store, long run, Planned planned) throws SQLException {
    String job = planned.job().value();
    int inserted =
        store.update(
            """
            INSERT INTO run (id, job, due, occurrence, cause, definition, cursor_before, fence, era)
            SELECT ?1, id, ?2, 0, ?3, definition, cursor, ?4, number FROM job, present_era
            WHERE name = ?5 AND cursor = ?6 AND cursor < ?2
            ON CONFLICT (job, due, occurrence, era) DO NOTHING
            """,
            run,
            planned.dueMillis(),
            planned.cause().word(),
            boot,
            job,
            planned.cursorMillis());
    if (inserted == 0) {
      return false;
    }
    store.update("UPDATE job SET cursor = ? WHERE name = ?", planned.dueMillis(), job);
    return true;
  }

  private void keepLastRun(Sqlite store) throws SQLException {
    store.update("UPDATE store SET runs = ?", lastRun);
  }

  @Override
  public Claim claimNow(JobName job, long atMillis, Cause cause) {
    return scribe.write(
        "cannot claim a run of job \"%s\"".formatted(job),
        store -> {
          long run = ++lastRun;
          int inserted =
              store.update(
                  """
                  INSERT INTO run (id, job, due, occurrence, cause, definition, fence, era)
                  SELECT ?1, id, ?2, ?1, ?3, definition, ?4, number FROM job, present_era
                  WHERE name = ?5
                  """,
                  run,
                  atMillis,
                  cause.word(),
                  boot,
                  job.value());
          if (inserted == 0) {
            throw new IllegalArgumentException("job \"%s\" is not in the book".formatted(job));
          }
          keepLastRun(store);
          return new Claim(RunId.of(tag, run), job, atMillis, cause, boot);
        });
  }

  @Override
  public List<Claim> unbegun() {
    return scribe.write(
        "cannot read the claims",
        store ->
            store.list(
                """
                SELECT r.id, j.name, r.due, r.cause FROM run r JOIN job j ON j.id = r.job
                WHERE r.fence = ? AND r.fate IS NULL AND r.attempt = 0 AND r.occurrence = 0
                """,
                this::claim,
                boot));
  }

  @Override
  public List<Claim> withdraw(List<Claim> claims) {
    List<Claim> latestFirst =
        claims.stream().sorted(Comparator.comparingLong(Claim::dueMillis).reversed()).toList();
    return scribe.write(
        "cannot take back claims",
        store -> {
          List<Claim> withdrawn = new ArrayList<>();
          for (Claim claim : latestFirst) {
            if (withdraw(store, claim)) {
              withdrawn.add(claim);
            }
          }
          return withdrawn;
        });
  }

  private static boolean withdraw(Sqlite store, Claim claim) throws SQLException {
    int moved =
        store.update(
            """
            UPDATE job SET cursor = run.cursor_before FROM run
            WHERE run.id = ? AND run.fence = ? AND run.fate IS NULL AND run.attempt = 0
              AND run.occurrence = 0 AND job.id = run.job AND job.cursor = run.due
              AND run.era = (SELECT number FROM present_era)
            """,
            number(claim),
            claim.fence());
    int deleted =
        store.update(
            """
            DELETE FROM run
            WHERE id = ? AND fence = ? AND fate IS NULL AND attempt = 0 AND (occurrence <> 0 OR ? = 1)
            """,
            number(claim),
            claim.fence(),
            moved);
    return deleted == 1;
  }

  @Override
  public List<Stretch> settle(List<Stretch> stretches) {
    return scribe.write(
        "cannot record instants that were not run",
        store -> {
          List<Stretch> settled = new ArrayList<>();
          for (Stretch stretch : stretches) {
            if (settle(store, stretch)) {
              settled.add(stretch);
            }
          }
          return settled;
        });
  }

  private static boolean settle(Sqlite store, Stretch stretch) throws SQLException {
    String job = stretch.job().value();
    int moved =
        store.update(
            "UPDATE job SET cursor = ?1 WHERE name = ?2 AND cursor = ?3 AND cursor < ?1",
            stretch.lastMillis(),
            job,
            stretch.cursorMillis());
    if (moved == 0) {
      return false;
    }
    store.update(
        """
        INSERT INTO stretch (job, first, last, count, schedule, anchor, fate, reason, era)
        SELECT id, ?, ?, ?, ?, ?, ?, ?, number FROM job, present_era WHERE name = ?
        """,
        stretch.firstMillis(),
        stretch.lastMillis(),
        stretch.count(),
        stretch.schedule(),
        stretch.anchorMillis(),
        stretch.fate().word(),
        stretch.fate().reason(),
        job);
    return true;
  }

  @Override
  public int era() {
    return scribe.write(
        "cannot read the era", store -> (int) store.number("SELECT number FROM present_era"));
  }

  @Override
  public boolean open(Era era) {
    return scribe.write("cannot open an era", store -> open(store, era));
  }

  private boolean open(Sqlite store, Era era) throws SQLException {
    int opened =
        store.update(
            "INSERT INTO era SELECT ?1, ?2, ?3 FROM present_era WHERE number = ?1 - 1",
            era.number(),
            era.beforeMillis(),
            era.nowMillis());
    if (opened == 0) {
      return false;
    }
    store.update("UPDATE boot SET seen = ? WHERE number = ?", era.nowMillis(), boot);
    for (Era.Moved moved : era.moved()) {
      store.update(
          "UPDATE job SET cursor = ?, anchor = ? WHERE name = ?",
          moved.cursorMillis(),
          moved.anchorMillis(),
          moved.job().value());
    }
    return true;
  }

  @Override
  public void waiting(Claim claim, String why) {
    scribe.writeSoon(
        "cannot record why run " + claim.run() + " waits",
        store ->
            store.update(
                "UPDATE run SET reason = ? WHERE id = ? AND fence = ? AND fate IS NULL",
                why,
                number(claim),
                claim.fence()));
  }

  @Override
  public void stopping(Claim claim, String by) {
    scribe.writeSoon(
        "cannot record who stops run %s".formatted(claim.run()),
        store ->
            store.update(
                "UPDATE run SET stop_by = ? WHERE id = ? AND fence = ? AND fate IS NULL",
                by,
                number(claim),
                claim.fence()));
  }

  @Override
  public boolean intend(Claim claim, int attempt, String handle, long atMillis) {
    return scribe.write(
        "cannot record the intent of run " + claim.run(),
        store ->
            store.update(
                    """
                    UPDATE run SET attempt = ?, intent = ?, handle = NULL, reason = '',
                      started = CASE started WHEN 0 THEN ? ELSE started END
                    WHERE id = ? AND fence = ? AND fate IS NULL
                    """,
                    attempt,
                    handle,
                    atMillis,
                    number(claim),
                    claim.fence())
                == 1);
  }

  @Override
  public void started(Claim claim, int attempt, String handle) {
    scribe.writeSoon(
        "cannot record the start of run " + claim.run(),
        store -> handle(store, claim, attempt, handle));
  }

  @Override
  public boolean ended(Claim claim, int attempt, String handle) {
    return scribe.write(
        "cannot record how the work of run " + claim.run() + " ended",
        store -> handle(store, claim, attempt, handle) == 1);
  }

  private static int handle(Sqlite store, Claim claim, int attempt, String handle)
      throws SQLException {
    return store.update(
        """
        UPDATE run SET handle = ? WHERE id = ? AND attempt = ? AND fence = ? AND fate IS NULL
        """,
        handle,
        number(claim),
        attempt,
        claim.fence());
  }

  @Override
  public boolean retry(
      Claim claim, int attempt, Outcome outcome, long atMillis, Optional<OutputSpool> output) {
    String what = "cannot record attempt %d of run %s".formatted(attempt, claim.run());
    return withOutput(
        what, output, kept -> store -> retry(store, claim, attempt, outcome, atMillis, kept));
  }

  private static boolean retry(
      Sqlite store, Claim claim, int attempt, Outcome outcome, long atMillis, KeptOutput kept)
      throws SQLException {
    int open =
        store.update(
            """
            UPDATE run SET attempt = max(attempt, ?), reason = ''
            WHERE id = ? AND fence = ? AND fate IS NULL
            """,
            attempt,
            number(claim),
            claim.fence());
    if (open == 0) {
      return false;
    }
    int inserted =
        store.update(
            """
            INSERT INTO attempt (run, attempt, ended, intent, handle, outcome, exit, reason,
              output_bytes, dropped_bytes, output_file)
            SELECT id, ?, ?, intent, handle, ?, ?, ?, ?, ?, ? FROM run WHERE id = ?
            ON CONFLICT (run, attempt) DO NOTHING
            """,
            attempt,
            atMillis,
            outcome.word(),
            Words.exit(outcome),
            Words.detail(outcome),
            kept.bytes(),
            kept.droppedBytes(),
            kept.file().orElse(null),
            number(claim));
    if (inserted == 1) {
      kept.insert(store, number(claim));
    }
    return true;
  }

  @Override
  public boolean close(Closing closing) {
    String what = "cannot record the end of run " + closing.claim().run();
    return withOutput(what, closing.output(), kept -> store -> close(store, closing, kept));
  }

  private static boolean close(Sqlite store, Closing closing, KeptOutput kept) throws SQLException {
    Claim claim = closing.claim();
    Fate fate = closing.fate();
    Outcome outcome = Words.outcome(fate).orElse(null);
    int closed =
        store.update(
            """
            UPDATE run SET fate = ?, outcome = ?, exit = ?, reason = ?, started = ?, ended = ?, attempt = ?,
              output_bytes = ?, dropped_bytes = ?, output_file = ?
            WHERE id = ? AND fence = ? AND fate IS NULL
            """,
            fate.word(),
            outcome == null ? null : outcome.word(),
            Words.exit(outcome),
            fate.reason(),
            closing.startedMillis(),
            closing.endedMillis(),
            closing.attempts(),
            kept.bytes(),
            kept.droppedBytes(),
            kept.file().orElse(null),
            number(claim),
            claim.fence());
    if (closed == 1) {
      kept.insert(store, number(claim));
    }
    return closed == 1;
  }

  private interface WithOutput {
    Scribe.Write<Boolean> write(KeptOutput kept);
  }

  /// Packs the output here, on the caller's thread, stores it with the record, then deletes its
  /// spool. When the record is refused, the spool stays: it is another's.
  private boolean withOutput(String what, Optional<OutputSpool> output, WithOutput record) {
    if (output.isEmpty()) {
      return scribe.write(what, record.write(KeptOutput.NONE));
    }
    TapeSpool spool = ours(output.get());
    try {
      spool.close();
      KeptOutput kept = KeptOutput.pack(spool, outputs.files());
      Path files = outputs.files();
      boolean isKept = scribe.write(what, record.write(kept), () -> kept.forget(files));
      if (isKept) {
        outputs.forget(spool);
      } else {
        kept.forget(files);
      }
      return isKept;
    } catch (IOException | UncheckedIOException e) {
      throw Trouble.of(what, e);
    }
  }

  private static TapeSpool ours(OutputSpool output) {
    if (output instanceof TapeSpool spool) {
      return spool;
    }
    throw new IllegalArgumentException("the spool is another ledger's");
  }

  @Override
  public List<Unfinished> takeOver() {
    return scribe.write("cannot take over open runs", new OpenRuns(tag, boot)::takeOver);
  }

  @Override
  public OutputSpool spool(RunId run, int attempt, long limitBytes) {
    try {
      return TapeSpool.open(run, attempt, limitBytes, outputs.tape(run, attempt));
    } catch (IOException e) {
      throw Trouble.of("cannot open the spool of run %s".formatted(run), e);
    }
  }

  /// Deletes closed runs that are older than an instant and not among the last of their job, with
  /// their outputs, and stretches of the same age. Works in small portions, so that other records
  /// wait only for one of them at a time. Cursors stay: what was deleted is never due again.
  ///
  /// @param olderThanMillis due before it
  /// @param keepPerJob how many of the last runs, and of the last stretches, each job keeps
  ///   whatever their age
  /// @param limit about how many runs to delete at most
  /// @return how many runs and stretches were deleted
  public long prune(long olderThanMillis, int keepPerJob, long limit) {
    return new OldHistory(scribe, outputs).delete(olderThanMillis, keepPerJob, limit);
  }

  /// Keeps calendars for [History#calendars], and forgets others. Returns when they are on disk.
  ///
  /// @param texts by name
  public void keepCalendars(Map<String, String> texts) {
    scribe.change("cannot keep the calendars", store -> Book.enter(store, texts));
  }

  /// How many transactions were made durable by this ledger.
  long commits() {
    return scribe.commits();
  }

  /// Lets the database grow to so many pages of 4 KB at most, and no less than it has now: a full
  /// disk at will, for tests.
  void limitPages(long pages) {
    scribe.change("cannot limit the store", store -> store.pragma("max_page_count = " + pages));
  }

  @Override
  public void close() {
    close(Duration.ofMillis(2 * PATIENCE_MILLIS));
  }

  /// The same, with a bound: where the disk does not answer in time, the store stays held until the
  /// process ends, and that this start has ended is not on record.
  public void close(Duration patience) {
    if (isClosed.getAndSet(true)) {
      return;
    }
    boolean isWritten =
        scribe.close(
            "cannot record the end of the daemon",
            store -> {
              store.update(
                  "UPDATE boot SET seen = max(seen, ?1), ended = max(seen, ?1) WHERE number = ?2",
                  time.millis(),
                  boot);
            },
            patience);
    if (isWritten) {
      letGo();
    } else {
      LOG.warn("The disk does not answer, so the end of the daemon is not on record");
    }
  }

  /// Lets go of the store as a killed process would: what is queued is not written, nothing says
  /// that this start ended. For tests that crash a thousand times.
  void abandon() {
    isClosed.set(true);
    scribe.abandon();
    letGo();
  }

  private void letGo() {
    try {
      store.close();
    } catch (SQLException e) {
      throw Trouble.of("cannot close the store", e);
    } finally {
      release(home);
    }
  }

  private static void release(@Nullable StoreDirectory home) {
    if (home == null) {
      return;
    }
    try {
      home.close();
    } catch (IOException e) {
      throw Trouble.of("cannot release the store in \"%s\"".formatted(home.path()), e);
    }
  }

  /// The run's number in this store, without the store's tag.
  private static long number(Claim claim) {
    return claim.run().value() & 0xffff_ffffL;
  }
}
