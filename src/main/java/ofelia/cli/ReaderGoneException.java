package ofelia.cli;

/// Leaves a command whose output nobody reads any more, as in `| head`: nothing is wrong.
final class ReaderGoneException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ReaderGoneException() {
    super("whoever read the output has seen enough");
  }
}
