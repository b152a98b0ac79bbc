package ofelia.calendar;

/// A text that is no part of a calendar. Carries no stack trace: it tells a person about their
/// text, not a programmer about ours.
public final class CalendarSyntaxException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String found;
  private final String advice;
  private final int offset;

  CalendarSyntaxException(int offset, String found, String advice) {
    super(found + "; " + advice, null, false, false);
    this.found = found;
    this.advice = advice;
    this.offset = offset;
  }

  /// What is wrong with what was found.
  public String found() {
    return found;
  }

  /// What to write instead.
  public String advice() {
    return advice;
  }

  /// Where in the text, from 0.
  public int offset() {
    return offset;
  }
}
