package ofelia.runner;

/// A container cannot be brought to a standstill; says why, and what to do.
final class AroundException extends Exception {

  private static final long serialVersionUID = 1L;

  AroundException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
