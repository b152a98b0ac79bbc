package ofelia.wire;

import java.io.IOException;
import java.io.Serial;

/// No connection came about, so the request has certainly not been seen by the other side. The
/// cause says why; it is a [DeadlineExceededException] when the time ran out.
public final class ConnectFailedException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  public ConnectFailedException(String endpoint, IOException cause) {
    super("cannot connect to " + endpoint + ": " + reason(cause), cause);
  }

  private static String reason(IOException cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
