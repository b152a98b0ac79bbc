package ofelia.cron;

import java.util.List;
import java.util.stream.Collectors;

/// A text is no schedule. Carries no stack trace: it tells a person about their text, not a
/// programmer about ours.
public final class ScheduleSyntaxException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Remark> remarks;

  ScheduleSyntaxException(int column, String what, String instead) {
    this(List.of(new Remark(column, what, instead)));
  }

  /// @param remarks at least one
  ScheduleSyntaxException(List<Remark> remarks) {
    super(
        remarks.stream().map(Remark::text).collect(Collectors.joining("; also: ")),
        null,
        false,
        false);
    this.remarks = List.copyOf(remarks);
  }

  /// Everything that is wrong, in the order of the text; at least one.
  public List<Remark> remarks() {
    return remarks;
  }

  /// What was found first, and why it cannot stand: `minute 61 is outside 0-59`.
  public String what() {
    return remarks.getFirst().what();
  }

  /// What to write there: `write a number from 0 to 59`.
  public String instead() {
    return remarks.getFirst().instead();
  }

  /// Where in the parsed text the first trouble begins: 0 is the first character.
  public int column() {
    return remarks.getFirst().column();
  }
}
