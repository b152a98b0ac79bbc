package ofelia.plugin;

/// The question cannot be answered now because something outside is away; asking again later may
/// help.
public final class TryLaterException extends Exception {

  private static final long serialVersionUID = 1L;

  public TryLaterException(String message, Throwable cause) {
    super(message, cause);
  }
}
