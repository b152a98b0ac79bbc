package ofelia.docker;

import java.io.Serial;

/// A call to the engine failed: it said no, it could not be reached or understood, or this side cut
/// the call.
///
/// Messages say what was tried, on what, what came, and where possible what to do.
public abstract sealed class DockerException extends RuntimeException
    permits DockerRefusedException, DockerUnreachableException, DockerCutException {

  @Serial private static final long serialVersionUID = 1L;

  private final String what;
  private final String message;

  DockerException(String what, String message) {
    super(message);
    this.what = what;
    this.message = message;
  }

  /// What was tried, as in `start container "backup"`.
  public String what() {
    return what;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /// Whether the engine does not know the container, exec, image or network that was named.
  public boolean isNotFound() {
    return this instanceof DockerRefusedException refused && refused.status() == 404;
  }

  /// Whether the engine says that the call does not fit the state of things: a name in use, a
  /// container that does not run, a removal already under way. Podman says so of most calls with
  /// status 500, as if it blamed itself.
  public boolean isConflict() {
    return this instanceof DockerRefusedException refused
        && (refused.status() == 409
            || refused.reason().contains("container state improper")
            || refused.reason().contains("is already in use by"));
  }
}
