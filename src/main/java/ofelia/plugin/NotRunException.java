package ofelia.plugin;

/// The work was not begun, and that is no outcome of it.
public abstract sealed class NotRunException extends Exception
    permits NotOursException, DeclinedException {

  private static final long serialVersionUID = 1L;

  NotRunException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
