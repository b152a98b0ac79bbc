package ofelia.docker;

import java.io.Serial;

/// This side ended the call before the engine answered, by an interrupt of the calling thread
/// (whose flag is still set) or by closing the stream. The engine may or may not have done what was
/// asked for.
public final class DockerCutException extends DockerException {

  @Serial private static final long serialVersionUID = 1L;

  DockerCutException(String what) {
    super(what, "cannot " + what + ": the call was cut");
  }
}
