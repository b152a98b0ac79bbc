package ofelia.fake;

import ofelia.contract.SurvivingLedgerContract;
import ofelia.ledger.History;
import ofelia.ledger.Ledger;

final class MemoryLedgerTest extends SurvivingLedgerContract {

  @Override
  protected Ledger open() {
    return new MemoryLedger(time);
  }

  @Override
  protected History history() {
    return memory().history();
  }

  @Override
  protected Ledger crash() {
    return memory().reopen();
  }

  @Override
  protected Ledger restart() {
    ledger.close();
    return memory().reopen();
  }

  private MemoryLedger memory() {
    return (MemoryLedger) ledger;
  }
}
