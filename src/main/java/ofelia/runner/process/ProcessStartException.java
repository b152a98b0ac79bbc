package ofelia.runner.process;

/// A process that could not be started, with what was tried, what came and what to do about it.
/// Nothing of it is left behind.
public final class ProcessStartException extends Exception {

  private static final long serialVersionUID = 1L;

  ProcessStartException(String message) {
    super(message);
  }

  ProcessStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
