package ofelia.model;

/// A text that is not a value of its key's type.
public final class ValueSyntaxException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String advice;
  private final int offset;

  /// @param found what is wrong with what was found
  /// @param advice what to write instead; may be empty
  /// @param offset where in the text, from 0
  public ValueSyntaxException(String found, String advice, int offset) {
    super(found);
    this.advice = advice;
    this.offset = offset;
  }

  public String advice() {
    return advice;
  }

  public int offset() {
    return offset;
  }
}
