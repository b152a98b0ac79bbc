package ofelia.wire;

import java.io.IOException;
import java.io.Serial;

/// What came is not HTTP/1.1, or is larger than the [Limits], or ended too early.
public final class ProtocolException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  public ProtocolException(String message) {
    super(message);
  }
}
