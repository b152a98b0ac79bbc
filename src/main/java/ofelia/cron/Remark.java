package ofelia.cron;

/// Something to tell a person about the text of a schedule.
///
/// @param column where in the text it begins: 0 is the first character
/// @param what what was found, and why it cannot stand or deserves a look: `minute 61 is outside
///   0-59`
/// @param instead what to write: `write a number from 0 to 59`; may be empty
public record Remark(int column, String what, String instead) {

  /// Both in one sentence.
  public String text() {
    return instead.isEmpty() ? what : what + "; " + instead;
  }
}
