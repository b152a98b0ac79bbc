package ofelia.sql;

import java.sql.SQLException;
import java.util.List;

/// Deletes the old history of one job, a portion at a time.
///
/// @param job the job's id
/// @param keep how many of the last runs, and of the last stretches, stay
/// @param portion the most runs deleted at once
record Pruning(long job, long olderThanMillis, int keep, int portion) {

  /// How many free pages are given back to the file system at once: 8 MB.
  private static final int PAGES = 2_000;

  /// @param deleted how many rows
  /// @param files names of output files that no row names any more
  /// @param isLast nothing is left to delete
  record Portion(long deleted, List<String> files, boolean isLast) {}

  Portion next(Sqlite store) throws SQLException {
    // Open runs count among the last: they are younger than all that may go.
    long before =
        bound(store, "SELECT due FROM run WHERE job = ? ORDER BY due DESC LIMIT 1 OFFSET ?");
    List<Long> runs =
        store.list(
            "SELECT id FROM run WHERE job = ? AND due < ? AND fate IS NOT NULL ORDER BY due LIMIT ?",
            row -> row.getLong(1),
            job,
            before,
            portion);
    List<String> files = files(store, before);
    for (long run : runs) {
      store.update("DELETE FROM run WHERE id = ?", run);
    }
    int stretches =
        store.update(
            "DELETE FROM stretch WHERE job = ? AND last < ?",
            job,
            bound(
                store,
                "SELECT last FROM stretch WHERE job = ? ORDER BY last DESC LIMIT 1 OFFSET ?"));
    boolean isLast = runs.size() < portion;
    if (isLast && !runs.isEmpty()) {
      deleteDefinitions(store);
    }
    return new Portion(runs.size() + stretches, files, isLast);
  }

  /// The instant before which a row may go: the caller's, or that of the first row to be kept where
  /// that is earlier.
  private long bound(Sqlite store, String firstKept) throws SQLException {
    if (keep <= 0) {
      return olderThanMillis;
    }
    return store
        .first(firstKept, row -> row.getLong(1), job, keep - 1)
        .map(kept -> Math.min(kept, olderThanMillis))
        .orElse(Long.MIN_VALUE);
  }

  private List<String> files(Sqlite store, long before) throws SQLException {
    return store.list(
        """
        WITH gone AS (
          SELECT id, output_file FROM run
          WHERE job = ? AND due < ? AND fate IS NOT NULL ORDER BY due LIMIT ?)
        SELECT output_file FROM gone WHERE output_file IS NOT NULL
        UNION ALL
        SELECT a.output_file FROM gone JOIN attempt a ON a.run = gone.id WHERE a.output_file IS NOT NULL
        """,
        row -> row.getString(1),
        job,
        before,
        portion);
  }

  /// Definitions under which no run is left, but for the present one.
  private void deleteDefinitions(Sqlite store) throws SQLException {
    if (store.number("SELECT count(*) FROM definition WHERE job = ?", job) < 2) {
      return;
    }
    store.update(
        """
        DELETE FROM definition
        WHERE job = ?1 AND id <> (SELECT definition FROM job WHERE id = ?1)
          AND id NOT IN (SELECT definition FROM run WHERE run.job = ?1)
        """,
        job);
  }

  /// Gives free pages at the end of the file back.
  static void shrink(Sqlite store) throws SQLException {
    store.pragma("incremental_vacuum(" + PAGES + ")");
  }
}
