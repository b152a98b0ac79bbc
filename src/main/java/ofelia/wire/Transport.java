package ofelia.wire;

import java.io.IOException;

/// A way to reach one other side. `toString` names it for messages and never shows a secret.
public interface Transport {

  /// Opens a fresh connection.
  ///
  /// @throws DeadlineExceededException when the deadline passed first
  /// @throws IOException when the other side refused or is not there
  Connection open(Deadline deadline) throws IOException;
}
