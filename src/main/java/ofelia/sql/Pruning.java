package ofelia.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Deletes a portion of old history: of many jobs that have little, or of one that has much.
///
/// @param jobs ids of jobs
/// @param firstJob the place of the first job that may have old history left
/// @param keep how many of the last runs, and of the last stretches, stay
record Pruning(List<Long> jobs, int firstJob, long olderThanMillis, int keep) {

  /// How many runs, and how many jobs, are looked at in one transaction at most.
  private static final int RUNS = 500;

  private static final int JOBS = 100;

  /// How many free pages are given back to the file system at once: 8 MB.
  private static final int PAGES = 2_000;

  /// @param deleted how many rows
  /// @param files names of output files that no row names any more
  /// @param nextJob where the next portion begins
  record Portion(long deleted, List<String> files, int nextJob) {}

  Portion delete(Sqlite store) throws SQLException {
    long deleted = 0;
    List<String> files = new ArrayList<>();
    int next = firstJob;
    int end = Math.min(jobs.size(), firstJob + JOBS);
    while (next < end && deleted < RUNS) {
      int runs = deleteRuns(store, jobs.get(next), files);
      deleted += runs + deleteStretches(store, jobs.get(next));
      if (runs == RUNS) {
        // It may have more.
        break;
      }
      if (runs > 0) {
        deleteDefinitions(store, jobs.get(next));
      }
      next++;
    }
    return new Portion(deleted, files, next);
  }

  private int deleteRuns(Sqlite store, long job, List<String> files) throws SQLException {
    // Open runs count among the last: they are younger than all that may go.
    long before =
        bound(store, job, "SELECT due FROM run WHERE job = ? ORDER BY due DESC LIMIT 1 OFFSET ?");
    List<Long> runs =
        store.list(
            "SELECT id FROM run WHERE job = ? AND due < ? AND fate IS NOT NULL ORDER BY due LIMIT ?",
            row -> row.getLong(1),
            job,
            before,
            RUNS);
    for (long run : runs) {
      files.addAll(
          store.list(
              """
              SELECT output_file FROM run WHERE id = ?1 AND output_file IS NOT NULL
              UNION ALL SELECT output_file FROM attempt WHERE run = ?1 AND output_file IS NOT NULL
              """,
              row -> row.getString(1),
              run));
      store.update("DELETE FROM run WHERE id = ?", run);
    }
    return runs.size();
  }

  private int deleteStretches(Sqlite store, long job) throws SQLException {
    return store.update(
        "DELETE FROM stretch WHERE job = ? AND last < ?",
        job,
        bound(
            store,
            job,
            "SELECT last FROM stretch WHERE job = ? ORDER BY last DESC LIMIT 1 OFFSET ?"));
  }

  /// The instant before which a row may go: the caller's, or that of the first row to be kept where
  /// that is earlier.
  private long bound(Sqlite store, long job, String firstKept) throws SQLException {
    if (keep <= 0) {
      return olderThanMillis;
    }
    return store
        .first(firstKept, row -> row.getLong(1), job, keep - 1)
        .map(kept -> Math.min(kept, olderThanMillis))
        .orElse(Long.MIN_VALUE);
  }

  /// Definitions under which no run is left, but for the present one.
  private void deleteDefinitions(Sqlite store, long job) throws SQLException {
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
