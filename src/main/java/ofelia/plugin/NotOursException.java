package ofelia.plugin;

/// The run belongs to somebody else by now; whatever was prepared for it must be undone.
public final class NotOursException extends NotRunException {

  private static final long serialVersionUID = 1L;

  public NotOursException(String message) {
    super(message);
  }
}
