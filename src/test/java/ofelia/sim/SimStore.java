package ofelia.sim;

import ofelia.ledger.History;
import ofelia.ledger.Ledger;

/// What survives the simulated crashes.
public interface SimStore extends AutoCloseable {

  /// Opens it for a new process; what an earlier process still holds is void.
  Ledger open();

  History history();

  @Override
  void close();
}
