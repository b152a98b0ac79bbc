package ofelia.sql;

import java.nio.file.Path;
import ofelia.contract.SurvivingLedgerContract;
import ofelia.ledger.History;
import ofelia.ledger.Ledger;
import org.junit.jupiter.api.io.TempDir;

final class SqliteLedgerTest extends SurvivingLedgerContract {

  @TempDir private Path directory;

  @Override
  protected Ledger open() {
    return SqliteLedger.open(directory, time);
  }

  @Override
  protected History history() {
    return SqliteHistory.open(directory);
  }

  @Override
  protected Ledger crash() {
    ((SqliteLedger) ledger).abandon();
    return open();
  }

  @Override
  protected Ledger restart() {
    ledger.close();
    return open();
  }
}
