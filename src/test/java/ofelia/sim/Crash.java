package ofelia.sim;

/// The process is dead; what its threads still carry out must not reach anything outside.
final class Crash extends Error {

  private static final long serialVersionUID = 1L;

  Crash() {
    super("crash", null, false, false);
  }
}
