package ofelia.docker;

import java.io.IOException;
import java.io.Serial;
import java.net.SocketException;
import ofelia.wire.ConnectFailedException;
import ofelia.wire.DeadlineExceededException;

/// The engine is away, hangs, broke off, or answers nonsense. Says nothing about the containers.
public final class DockerUnreachableException extends DockerException {

  @Serial private static final long serialVersionUID = 1L;

  private final boolean requestSent;

  DockerUnreachableException(String what, String engine, IOException cause) {
    super(what, "cannot " + what + ": " + reason(engine, cause));
    initCause(cause);
    this.requestSent = !(cause instanceof ConnectFailedException);
  }

  /// Whether the engine may have seen the request, and done what it asked for. When false it has
  /// certainly not.
  public boolean requestSent() {
    return requestSent;
  }

  private static String reason(String engine, IOException cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (!(cause instanceof ConnectFailedException)) {
      return engine + ": " + message;
    }
    boolean isNobodyThere =
        cause.getCause() instanceof SocketException
            || cause.getCause() instanceof DeadlineExceededException;
    return isNobodyThere
        ? message + "; check that the engine runs and that this user may use its socket"
        : message;
  }
}
