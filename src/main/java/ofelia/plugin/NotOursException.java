package ofelia.plugin;

/// The run belongs to somebody else by now; whatever was prepared for it must be undone.
public final class NotOursException extends Exception {

  private static final long serialVersionUID = 1L;

  public NotOursException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
