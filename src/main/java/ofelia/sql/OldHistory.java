package ofelia.sql;

import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes old history, a portion a transaction, so that other records wait only for one of them at
/// a time; [Pruning] is such a portion.
record OldHistory(Scribe scribe, Outputs outputs) {

  private static final Logger LOG = LoggerFactory.getLogger(OldHistory.class);

  /// See [SqliteLedger#prune].
  long delete(long olderThanMillis, int keepPerJob, long limit) {
    List<Long> jobs =
        scribe.write(
            "cannot list jobs",
            store -> store.list("SELECT id FROM job ORDER BY id", row -> row.getLong(1)));
    long deleted = 0;
    for (int next = 0; next < jobs.size() && deleted < limit; ) {
      Pruning pruning = new Pruning(jobs, next, olderThanMillis, keepPerJob);
      Pruning.Portion portion = scribe.write("cannot delete old history", pruning::delete);
      deleted += portion.deleted();
      delete(portion.files());
      next = portion.nextJob();
    }
    if (deleted > 0) {
      scribe.change("cannot shrink the database", Pruning::shrink);
    }
    return deleted;
  }

  private void delete(List<String> files) {
    for (String file : files) {
      try {
        outputs.delete(file);
      } catch (IOException e) {
        LOG.warn("cannot delete output file \"{}\" of a deleted run: {}", file, e.toString());
      }
    }
  }
}
