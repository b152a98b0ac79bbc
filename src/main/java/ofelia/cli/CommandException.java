package ofelia.cli;

/// A command that cannot be done. The message is for the person who typed it.
final class CommandException extends Exception {

  private static final long serialVersionUID = 1L;

  CommandException(String message) {
    super(message);
  }
}
