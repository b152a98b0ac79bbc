package ofelia.wire;

import java.io.IOException;
import java.io.Serial;

/// This side ended the exchange while it was under way: by `close()` from another thread, or by an
/// interrupt of the thread that was reading or writing (whose interrupt flag is then still set).
public final class CutException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  public CutException(String message) {
    super(message);
  }
}
