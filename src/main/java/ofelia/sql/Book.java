package ofelia.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ofelia.ledger.BookedJob;
import ofelia.model.JobKind;
import ofelia.model.JobName;

/// The job book's two tables, and the calendars that its jobs name.
final class Book {

  private static final String DEFINITION =
      "SELECT id FROM definition WHERE job = ? AND kind = ? AND source = ? AND schedule = ? AND spec = ?";

  private static final String JOBS =
      """
      SELECT j.name, d.kind, d.source, d.schedule, d.spec, j.present, j.cursor, j.anchor
      FROM job j JOIN definition d ON d.id = j.definition
      """;

  private Book() {}

  static List<BookedJob> read(Sqlite store) throws SQLException {
    return store.list(JOBS + "ORDER BY j.name", Book::job);
  }

  static Optional<BookedJob> find(Sqlite store, JobName name) throws SQLException {
    return store.first(JOBS + "WHERE j.name = ?", Book::job, name.value());
  }

  private static BookedJob job(ResultSet row) throws SQLException {
    return new BookedJob(
        new JobName(row.getString(1)),
        new JobKind(row.getString(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getBoolean(6),
        row.getLong(7),
        row.getLong(8));
  }

  /// Enters a job as new, or over the one of that name. A definition that it had before is used
  /// again.
  static void enter(Sqlite store, BookedJob job) throws SQLException {
    if (!insert(store, job)) {
      update(store, job);
    }
  }

  private static boolean insert(Sqlite store, BookedJob job) throws SQLException {
    int inserted =
        store.update(
            """
            INSERT INTO job (name, definition, present, cursor, anchor)
            VALUES (?, (SELECT coalesce(max(id), 0) + 1 FROM definition), ?, ?, ?)
            ON CONFLICT (name) DO NOTHING
            """,
            job.name().value(),
            job.present(),
            job.cursorMillis(),
            job.anchorMillis());
    if (inserted == 1) {
      store.update(
          """
          INSERT INTO definition (id, job, kind, source, schedule, spec)
          SELECT definition, id, ?, ?, ?, ? FROM job WHERE id = last_insert_rowid()
          """,
          job.kind().word(),
          job.source(),
          job.schedule(),
          job.spec());
    }
    return inserted == 1;
  }

  private static void update(Sqlite store, BookedJob job) throws SQLException {
    long id = store.number("SELECT id FROM job WHERE name = ?", job.name().value());
    Optional<Long> same =
        store.first(
            DEFINITION,
            row -> row.getLong(1),
            id,
            job.kind().word(),
            job.source(),
            job.schedule(),
            job.spec());
    long definition = same.isPresent() ? same.get() : insertDefinition(store, id, job);
    store.update(
        """
        UPDATE job SET version = version + (definition <> ?1), definition = ?1, present = ?2,
          cursor = max(cursor, ?3), anchor = ?4
        WHERE id = ?5
        """,
        definition,
        job.present(),
        job.cursorMillis(),
        job.anchorMillis(),
        id);
  }

  /// Texts by names.
  static Map<String, String> calendars(Sqlite store) throws SQLException {
    Map<String, String> calendars = new TreeMap<>();
    store
        .list(
            "SELECT name, text FROM calendar", row -> Map.entry(row.getString(1), row.getString(2)))
        .forEach(calendar -> calendars.put(calendar.getKey(), calendar.getValue()));
    return calendars;
  }

  /// Has these calendars kept and no others.
  static void enter(Sqlite store, Map<String, String> calendars) throws SQLException {
    if (calendars(store).equals(calendars)) {
      return;
    }
    store.update("DELETE FROM calendar");
    for (Map.Entry<String, String> calendar : calendars.entrySet()) {
      store.update("INSERT INTO calendar VALUES (?, ?)", calendar.getKey(), calendar.getValue());
    }
  }

  private static long insertDefinition(Sqlite store, long id, BookedJob job) throws SQLException {
    store.update(
        "INSERT INTO definition (job, kind, source, schedule, spec) VALUES (?, ?, ?, ?, ?)",
        id,
        job.kind().word(),
        job.source(),
        job.schedule(),
        job.spec());
    return store.number("SELECT last_insert_rowid()");
  }
}
