package ofelia.cli;

/// A command that cannot be done. The message is for the person who typed it.
final class CommandException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean isMisuse;

  /// Something that was understood and cannot be done.
  CommandException(String message) {
    this(message, false);
  }

  private CommandException(String message, boolean isMisuse) {
    super(message);
    this.isMisuse = isMisuse;
  }

  /// A command line that cannot be understood.
  static CommandException misuse(String message) {
    return new CommandException(message, true);
  }

  boolean isMisuse() {
    return isMisuse;
  }
}
