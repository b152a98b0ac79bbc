package ofelia.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A pair of byte streams to one other side. One thread reads and one writes; any thread may close.
public interface Connection extends AutoCloseable {

  InputStream in();

  /// Unbuffered: what is written is on its way when the call returns.
  OutputStream out();

  /// Ends both directions at once, without waiting for anything, and makes a thread that is blocked
  /// in [#in] or [#out] fail at once. A second close does nothing.
  @Override
  void close() throws IOException;
}
