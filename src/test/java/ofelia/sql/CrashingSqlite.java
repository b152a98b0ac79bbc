package ofelia.sql;

import java.nio.file.Path;
import ofelia.ledger.History;
import ofelia.ledger.Ledger;
import ofelia.sim.SimStore;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;

/// A real file, whose process dies at each opening: what was not synced by then is gone.
public final class CrashingSqlite implements SimStore {

  private final Path directory;
  private final Time time;
  private @Nullable SqliteLedger ledger;

  public CrashingSqlite(Path directory, Time time) {
    this.directory = directory;
    this.time = time;
  }

  @Override
  public Ledger open() {
    if (ledger != null) {
      ledger.abandon();
    }
    ledger = SqliteLedger.open(directory, time);
    return ledger;
  }

  @Override
  public History history() {
    return SqliteHistory.open(directory);
  }

  @Override
  public void close() {
    if (ledger != null) {
      ledger.abandon();
    }
  }
}
