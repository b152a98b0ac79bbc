package ofelia.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Unfinished;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.RunId;
import org.jspecify.annotations.Nullable;

/// The runs that earlier starts left without a fate, for the start that takes them over.
///
/// @param tag the store's, which is in the number of each run
/// @param boot the number of the start that takes them over
record OpenRuns(int tag, long boot) {

  /// The names of the attempts whose output may still be in its spool.
  static Set<String> attempts(Sqlite store, int tag) throws SQLException {
    return new HashSet<>(
        store.list(
            """
            SELECT r.id, max(r.attempt, 1) FROM run r
            WHERE r.fate IS NULL
              AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.run = r.id AND a.attempt = r.attempt)
            """,
            row -> Outputs.name(RunId.of(tag, row.getLong(1)), row.getInt(2))));
  }

  List<Unfinished> takeOver(Sqlite store) throws SQLException {
    List<Unfinished> open =
        store.list(
            """
            SELECT r.id, r.due, r.cause, r.attempt, r.intent, r.handle, r.started,
              j.name, d.kind, d.source, d.schedule, d.spec, j.present, j.cursor, j.anchor,
              a.outcome, a.exit, a.reason, r.stop_by,
              EXISTS (SELECT 1 FROM run later WHERE later.job = r.job AND later.due > r.due
                AND later.era = r.era AND later.occurrence = 0 AND later.attempt > 0)
            FROM run r JOIN job j ON j.id = r.job JOIN definition d ON d.id = r.definition
              LEFT JOIN attempt a ON a.run = r.id AND a.attempt = r.attempt
            WHERE r.fate IS NULL AND r.fence < ? ORDER BY r.id
            """,
            this::unfinished,
            boot);
    store.update("UPDATE run SET fence = ?1 WHERE fate IS NULL AND fence < ?1", boot);
    return open;
  }

  private Unfinished unfinished(ResultSet row) throws SQLException {
    JobName job = new JobName(row.getString(8));
    Claim claim =
        new Claim(
            RunId.of(tag, row.getLong(1)),
            job,
            row.getLong(2),
            Cause.parse(row.getString(3)),
            boot);
    BookedJob definition =
        new BookedJob(
            job,
            new JobKind(row.getString(9)),
            row.getString(10),
            row.getString(11),
            row.getString(12),
            row.getBoolean(13),
            row.getLong(14),
            row.getLong(15));
    @Nullable String outcome = row.getString(16);
    return new Unfinished(
        claim,
        definition,
        Math.max(1, row.getInt(4)),
        Optional.ofNullable(row.getString(5)),
        Optional.ofNullable(row.getString(6)),
        row.getLong(7),
        outcome == null
            ? Optional.empty()
            : Optional.of(Words.outcome(outcome, row.getInt(17), row.getString(18))),
        Optional.ofNullable(row.getString(19)),
        row.getBoolean(20));
  }
}
