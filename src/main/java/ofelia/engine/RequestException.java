package ofelia.engine;

/// A request that cannot be met, and why.
public final class RequestException extends Exception {

  private static final long serialVersionUID = 1L;

  /// What is wrong with the request.
  public enum Kind {
    /// It is about something that does not exist.
    UNKNOWN,
    /// It must not be done.
    REFUSED
  }

  private final Kind kind;

  public RequestException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
