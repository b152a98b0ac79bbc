package ofelia.docker;

import java.io.Serial;

/// The engine answered, and the answer is no.
public final class DockerRefusedException extends DockerException {

  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;

  DockerRefusedException(String what, String engine, int status, String reason) {
    super(what, "cannot " + what + ": " + engine + " answered " + status + ": " + reason);
    this.status = status;
    this.reason = reason;
  }

  /// The HTTP status; 200 when the refusal came inside a stream that had begun well, as a failing
  /// pull does.
  public int status() {
    return status;
  }

  /// The engine's own words.
  public String reason() {
    return reason;
  }

  /// Whether the engine blames itself, or something behind it such as a registry or the container
  /// runtime.
  public boolean isServerError() {
    return status >= 500;
  }
}
