package ofelia.cron;

/// A text is no schedule. Carries no stack trace: it tells a person about their text, not a
/// programmer about ours.
public final class ScheduleSyntaxException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String what;
  private final String instead;
  private final int column;

  ScheduleSyntaxException(int column, String what, String instead) {
    super(what + "; " + instead, null, false, false);
    this.what = what;
    this.instead = instead;
    this.column = column;
  }

  /// What was found, and why it cannot stand: `minute 61 is outside 0-59`.
  public String what() {
    return what;
  }

  /// What to write: `write a number from 0 to 59`.
  public String instead() {
    return instead;
  }

  /// Where in the parsed text the trouble begins: 0 is the first character.
  public int column() {
    return column;
  }
}
