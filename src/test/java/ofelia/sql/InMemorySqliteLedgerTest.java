package ofelia.sql;

import ofelia.contract.LedgerContract;
import ofelia.ledger.History;
import ofelia.ledger.Ledger;

final class InMemorySqliteLedgerTest extends LedgerContract {

  @Override
  protected Ledger open() {
    return SqliteLedger.openInMemory(time);
  }

  @Override
  protected History history() {
    return ((SqliteLedger) ledger).history();
  }
}
