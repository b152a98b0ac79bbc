package ofelia.sql;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.ledger.LedgerException;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;
import org.jspecify.annotations.Nullable;

/// Reads a store, from any process, beside a living daemon or without one.
///
/// Each answer is read in short pieces, so a slow reader holds up nobody. Safe for any thread;
/// callers take turns.
public final class SqliteHistory implements History {

  /// Answers a question from the database.
  interface Query<T> {
    T from(Sqlite store) throws SQLException;
  }

  /// Where answers come from.
  interface Source extends AutoCloseable {
    <T> T ask(Query<T> query);

    @Override
    default void close() {
      // Most have nothing of their own.
    }
  }

  private static final int PAGE = 200;
  private static final int MOST_FOUND = 10;

  /// How often an output is looked for anew when its run ends in the middle of the search.
  private static final int SEARCHES = 5;

  private static final String COLUMNS =
      """
      SELECT r.id, j.name, r.due, r.cause, r.fate, r.outcome, r.exit, r.reason, r.started, r.ended,
        r.attempt, r.output_bytes, r.dropped_bytes, r.era, r.occurrence
      FROM run r JOIN job j ON j.id = r.job
      """;

  private final Outputs outputs;
  private final int tag;
  private final Source source;

  SqliteHistory(Outputs outputs, int tag, Source source) {
    this.outputs = outputs;
    this.tag = tag;
    this.source = source;
  }

  /// Opens the store in a directory.
  ///
  /// @throws LedgerException when there is none, it cannot be read, or is of another version
  public static SqliteHistory open(Path directory) {
    Path file = StoreDirectory.database(directory);
    String what = "cannot read the store in \"%s\"".formatted(directory);
    if (directory.toString().equals(Sqlite.IN_MEMORY)) {
      throw new LedgerException(
          "a store in memory can be read by its own daemon only; give the daemon a directory to keep history");
    }
    if (!Files.isRegularFile(file)) {
      throw new LedgerException(
          what
              + ": it has no file \"%s\"; start the daemon, or name its store"
                  .formatted(file.getFileName()));
    }
    if (!Files.isReadable(file)) {
      throw new LedgerException(what + ": " + Permission.denied(file) + Trouble.ADVICE);
    }
    try {
      Sqlite store = Sqlite.open(place(directory, file), true);
      boolean isOpen = false;
      try {
        Migrations.requireCurrent(store);
        int tag = (int) store.number("SELECT tag FROM store");
        isOpen = true;
        return new SqliteHistory(new Outputs(directory), tag, new Connected(store, what));
      } finally {
        if (!isOpen) {
          store.close();
        }
      }
    } catch (SQLException e) {
      throw Trouble.of(what, e);
    }
  }

  /// Reading beside a writer takes files that may have to be made. In a directory that cannot be
  /// written, the database can be read only when no daemon left a log: then it cannot change
  /// either.
  private static String place(Path directory, Path file) {
    boolean isSettled =
        !Files.isWritable(directory)
            && !Files.exists(directory.resolve(file.getFileName() + "-wal"));
    return isSettled ? file.toUri() + "?immutable=1" : file.toString();
  }

  @Override
  public List<BookedJob> book() {
    return source.ask(Book::read);
  }

  @Override
  public Map<String, String> calendars() {
    return source.ask(Book::calendars);
  }

  @Override
  public void visit(Optional<JobName> job, long nowMillis, Predicate<HistoryEntry> visitor) {
    long through = Math.min(nowMillis, Long.MAX_VALUE - 1);
    Optional<Long> id = Optional.empty();
    if (job.isPresent()) {
      id = source.ask(store -> jobId(store, job.get()));
      if (id.isEmpty()) {
        return;
      }
    }
    Iterator<Run> runs = runs(id, through);
    Gaps gaps = new Gaps(stretches(id), through);
    Optional<HistoryEntry> run = next(runs);
    boolean isWanted = true;
    while (isWanted) {
      if (run.isPresent() && run.get().dueMillis() >= gaps.nextDueMillis()) {
        isWanted = visitor.test(run.get());
        run = isWanted ? next(runs) : run;
      } else if (gaps.nextDueMillis() != Gaps.NONE) {
        isWanted = visitor.test(gaps.take());
      } else {
        return;
      }
    }
  }

  private static Optional<HistoryEntry> next(Iterator<Run> runs) {
    return runs.hasNext() ? Optional.of(runs.next().entry) : Optional.empty();
  }

  private static Optional<Long> jobId(Sqlite store, JobName job) throws SQLException {
    return store.first("SELECT id FROM job WHERE name = ?", row -> row.getLong(1), job.value());
  }

  private Iterator<Run> runs(Optional<Long> job, long throughMillis) {
    if (job.isEmpty()) {
      return pages(last ->
          store ->
              store.list(
                  COLUMNS + "WHERE (r.due, r.id) < (?, ?) ORDER BY r.due DESC, r.id DESC LIMIT ?",
                  this::run,
                  last == null ? throughMillis + 1 : last.entry.dueMillis(),
                  last == null ? 0L : last.id,
                  PAGE));
    }
    return pages(last ->
        store ->
            store.list(
                COLUMNS
                    + """
                    WHERE r.job = ? AND (r.due, r.occurrence, r.era) < (?, ?, ?)
                    ORDER BY r.due DESC, r.occurrence DESC, r.era DESC LIMIT ?
                    """,
                this::run,
                job.get(),
                last == null ? throughMillis + 1 : last.entry.dueMillis(),
                last == null ? 0L : last.occurrence,
                last == null ? 0 : last.entry.era(),
                PAGE));
  }

  private Iterator<Missed> stretches(Optional<Long> job) {
    String columns =
        """
        SELECT s.id, j.name, s.first, s.last, s.schedule, s.anchor, s.fate, s.reason, s.era
        FROM stretch s JOIN job j ON j.id = s.job
        """;
    if (job.isEmpty()) {
      return pages(last ->
          store ->
              store.list(
                  columns + "WHERE (s.last, s.id) < (?, ?) ORDER BY s.last DESC, s.id DESC LIMIT ?",
                  Missed::from,
                  last == null ? Long.MAX_VALUE : last.lastMillis,
                  last == null ? 0L : last.id,
                  PAGE));
    }
    return pages(last ->
        store ->
            store.list(
                columns
                    + """
                    WHERE s.job = ? AND (s.last, s.era) < (?, ?)
                    ORDER BY s.last DESC, s.era DESC LIMIT ?
                    """,
                Missed::from,
                job.get(),
                last == null ? Long.MAX_VALUE : last.lastMillis,
                last == null ? 0 : last.era,
                PAGE));
  }

  private interface NextPage<T> {
    Query<List<T>> after(@Nullable T last);
  }

  private <T> Iterator<T> pages(NextPage<T> next) {
    return new Pages<>(last -> source.ask(next.after(last)));
  }

  private Run run(ResultSet row) throws SQLException {
    long id = row.getLong(1);
    @Nullable String fate = row.getString(5);
    int exit = row.getInt(7);
    boolean hasExit = !row.wasNull();
    HistoryEntry entry =
        new HistoryEntry(
            Optional.of(RunId.of(tag, id)),
            new JobName(row.getString(2)),
            row.getLong(3),
            Cause.parse(row.getString(4)),
            fate == null ? "running" : fate,
            Optional.ofNullable(row.getString(6)),
            hasExit ? Optional.of(exit) : Optional.empty(),
            row.getString(8),
            row.getLong(9),
            row.getLong(10),
            row.getInt(11),
            row.getLong(12),
            row.getLong(13),
            row.getInt(14));
    return new Run(entry, id, row.getLong(15));
  }

  @Override
  public Set<String> handles(RunId run) {
    if (!run.isOfSameStoreAs(RunId.of(tag, 1))) {
      return Set.of();
    }
    long id = run.value() & 0xffff_ffffL;
    return Set.copyOf(
        source.ask(store ->
            store.list(
                """
                SELECT handle FROM (
                  SELECT intent AS handle FROM run WHERE id = ?1
                  UNION SELECT handle FROM run WHERE id = ?1
                  UNION SELECT intent FROM attempt WHERE run = ?1
                  UNION SELECT handle FROM attempt WHERE run = ?1
                ) WHERE handle IS NOT NULL
                """,
                row -> row.getString(1),
                id)));
  }

  @Override
  public List<HistoryEntry> find(String runOrEnd) {
    String digits = runOrEnd.toLowerCase(Locale.ROOT);
    if (!digits.matches("[0-9a-f]{1,12}")) {
      return List.of();
    }
    long end = Long.parseLong(digits, 16);
    long mask = (1L << 4 * digits.length()) - 1;
    // The store's part of the number is not in the rows. The index is the smallest thing that holds
    // all numbers.
    List<Long> ids =
        source.ask(store ->
            store.list(
                """
                SELECT id FROM run INDEXED BY run_due WHERE ((?1 << 32) + id) & ?2 = ?3
                ORDER BY due DESC LIMIT ?4
                """,
                row -> row.getLong(1),
                tag,
                mask,
                end,
                MOST_FOUND));
    List<HistoryEntry> found = new ArrayList<>();
    for (long id : ids) {
      source
          .ask(store -> store.first(COLUMNS + "WHERE r.id = ?", this::run, id))
          .ifPresent(run -> found.add(run.entry));
    }
    return found;
  }

  @Override
  public OutputPosition output(RunId run, OutputPosition position, OutputReader sink)
      throws IOException {
    if (position.isComplete()) {
      return position;
    }
    Optional<Where> found = source.ask(store -> where(store, run));
    for (int search = 1; search <= SEARCHES; search++) {
      if (found.isEmpty()) {
        return new OutputPosition(position.attempt(), position.offset(), true);
      }
      Where where = found.get();
      try (InputStream in = open(run, where)) {
        return give(in, where, position, sink);
      } catch (NoSuchFileException _) {
        found = source.ask(store -> where(store, run));
        if (found.isPresent() && !where.isRecorded() && !found.get().isRecorded()) {
          // It has printed nothing yet.
          return position.attempt() == where.attempt
              ? position
              : new OutputPosition(where.attempt, 0, false);
        }
        // It ended meanwhile, and its output has moved.
      }
    }
    throw new LedgerException(
        "cannot read the output of run %s: its file is missing".formatted(run));
  }

  private Optional<Where> where(Sqlite store, RunId run) throws SQLException {
    if (run.value() >>> 32 != tag) {
      return Optional.empty();
    }
    long id = run.value() & 0xffff_ffffL;
    Optional<Where> row =
        store.first(
            """
            SELECT r.fate IS NOT NULL, max(r.attempt, 1), coalesce(r.output_file, a.output_file),
              a.run IS NOT NULL
            FROM run r LEFT JOIN attempt a ON a.run = r.id AND a.attempt = r.attempt
            WHERE r.id = ?
            """,
            r ->
                new Where(
                    r.getBoolean(1),
                    r.getInt(2),
                    Optional.ofNullable(r.getString(3)),
                    r.getBoolean(4),
                    List.of()),
            id);
    if (row.isEmpty()) {
      return row;
    }
    Where where = row.get();
    return Optional.of(where.with(KeptOutput.find(store, id, where.attempt)));
  }

  private InputStream open(RunId run, Where where) throws IOException {
    if (where.file.isPresent()) {
      return outputs.open(where.file.get());
    }
    return where.isRecorded() ? KeptOutput.open(where.pieces) : outputs.spooled(run, where.attempt);
  }

  private static OutputPosition give(
      InputStream in, Where where, OutputPosition position, OutputReader sink) throws IOException {
    byte[] first = in.readNBytes(Frame.HEADER);
    long rewinds =
        first.length == Frame.HEADER && first[0] == Frame.REWOUND ? Frame.millis(first) : 0;
    boolean goesOn =
        position.attempt() == where.attempt && rewinds == Position.rewinds(position.offset());
    long from = goesOn ? Position.bytes(position.offset()) : 0;
    InputStream rest = in;
    if (from >= Frame.HEADER) {
      in.skipNBytes(from - Frame.HEADER);
    } else {
      rest = new SequenceInputStream(new ByteArrayInputStream(first), in);
    }
    try (FrameReader frames = new FrameReader(rest, from)) {
      while (frames.next()) {
        give(frames, sink);
      }
      return new OutputPosition(
          where.attempt, Position.of(rewinds, frames.position()), where.isClosed);
    }
  }

  private static void give(FrameReader frame, OutputReader sink) throws IOException {
    switch (frame.type()) {
      case Frame.STDOUT ->
          sink.piece(
              OutputChannel.STDOUT, frame.millis(), frame.bytes(), frame.offset(), frame.length());
      case Frame.STDERR ->
          sink.piece(
              OutputChannel.STDERR, frame.millis(), frame.bytes(), frame.offset(), frame.length());
      case Frame.REWOUND -> {}
      default ->
          sink.mark(
              frame.millis(),
              new String(frame.bytes(), frame.offset(), frame.length(), StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    source.close();
  }

  /// A connection of our own. Callers take turns.
  private static final class Connected implements Source {
    private final Sqlite store;
    private final String what;

    Connected(Sqlite store, String what) {
      this.store = store;
      this.what = what;
    }

    @Override
    public synchronized <T> T ask(Query<T> query) {
      try {
        return query.from(store);
      } catch (SQLException e) {
        throw Trouble.of(what, e);
      }
    }

    @Override
    public synchronized void close() {
      try {
        store.close();
      } catch (SQLException e) {
        throw Trouble.of("cannot close the store", e);
      }
    }
  }

  /// Where the output of a run's latest attempt lies.
  private record Where(
      boolean isClosed,
      int attempt,
      Optional<String> file,
      boolean isRetried,
      List<KeptOutput.Piece> pieces) {

    boolean isRecorded() {
      return isClosed || isRetried;
    }

    Where with(List<KeptOutput.Piece> kept) {
      return new Where(isClosed, attempt, file, isRetried, kept);
    }
  }

  /// How a position in frames that may be rewound is one number: the upper bits say how often they
  /// were.
  private static final class Position {
    private static final int BITS = 44;

    static long of(long rewinds, long bytes) {
      return (rewinds << BITS) + bytes;
    }

    static long rewinds(long offset) {
      return offset >>> BITS;
    }

    static long bytes(long offset) {
      return offset & (1L << BITS) - 1;
    }
  }

  private record Run(HistoryEntry entry, long id, long occurrence) {}

  /// The instants of stretches one by one, the latest first. Stretches of many jobs lie side by
  /// side, so those that have begun are kept in a queue by what they give next.
  private static final class Gaps {
    static final long NONE = Long.MIN_VALUE;

    private final Iterator<Missed> stretches;
    private final long throughMillis;
    private final PriorityQueue<Gap> open =
        new PriorityQueue<>(Comparator.comparingLong((Gap gap) -> gap.nextMillis).reversed());
    private @Nullable Missed upcoming;

    Gaps(Iterator<Missed> stretches, long throughMillis) {
      this.stretches = stretches;
      this.throughMillis = throughMillis;
      goOn();
    }

    private void goOn() {
      upcoming = stretches.hasNext() ? stretches.next() : null;
    }

    /// [#NONE] when there is none.
    long nextDueMillis() {
      while (upcoming != null
          && (open.isEmpty() || upcoming.lastMillis >= open.element().nextMillis)) {
        Gap gap = new Gap(upcoming, throughMillis);
        if (gap.goOn()) {
          open.add(gap);
        }
        goOn();
      }
      return open.isEmpty() ? NONE : open.element().nextMillis;
    }

    HistoryEntry take() {
      Gap gap = open.remove();
      HistoryEntry entry = gap.stretch.at(gap.nextMillis);
      if (gap.goOn()) {
        open.add(gap);
      }
      return entry;
    }
  }

  private static final class Gap {
    private final Missed stretch;
    private final PrimitiveIterator.OfLong instants;
    private long nextMillis;

    Gap(Missed stretch, long throughMillis) {
      this.stretch = stretch;
      this.instants = stretch.instants(throughMillis);
    }

    boolean goOn() {
      boolean hasNext = instants.hasNext();
      if (hasNext) {
        nextMillis = instants.nextLong();
      }
      return hasNext;
    }
  }

  /// A stretch as it is kept.
  private record Missed(
      long id,
      JobName job,
      long firstMillis,
      long lastMillis,
      String schedule,
      long anchorMillis,
      String fate,
      String reason,
      int era) {

    static Missed from(ResultSet row) throws SQLException {
      return new Missed(
          row.getLong(1),
          new JobName(row.getString(2)),
          row.getLong(3),
          row.getLong(4),
          row.getString(5),
          row.getLong(6),
          row.getString(7),
          row.getString(8),
          row.getInt(9));
    }

    PrimitiveIterator.OfLong instants(long throughMillis) {
      long until = Math.min(lastMillis, throughMillis);
      try {
        // The text names its zone; the one given here decides nothing.
        return new LatestFirst(
            Schedule.parse(schedule, ZoneOffset.UTC), firstMillis - 1, until, anchorMillis);
      } catch (ScheduleSyntaxException _) {
        // Written by a program with other schedules or zones: its ends are known in any case.
        return LongStream.of(lastMillis, firstMillis)
            .distinct()
            .filter(at -> at <= until)
            .iterator();
      }
    }

    HistoryEntry at(long dueMillis) {
      return new HistoryEntry(
          Optional.empty(),
          job,
          dueMillis,
          Cause.SCHEDULE,
          fate,
          Optional.empty(),
          Optional.empty(),
          reason,
          0,
          0,
          0,
          0,
          0,
          era);
    }
  }
}
