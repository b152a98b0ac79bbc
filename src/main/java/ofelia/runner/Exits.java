package ofelia.runner;

import ofelia.model.Outcome;

/// Exit codes of processes in containers, as outcomes.
final class Exits {

  private static final int CANNOT_RUN = 126;
  private static final int NOT_FOUND = 127;
  private static final int SIGNALLED = 128;
  private static final int KILLED = SIGNALLED + 9;
  private static final int LAST_SIGNAL = 64;

  private Exits() {}

  static Outcome outcome(int code) {
    return code == 0 ? new Outcome.Succeeded() : new Outcome.Failed(code, reason(code));
  }

  /// The exit code with what a shell or the container runtime means by it, which a program may
  /// still use for something else.
  static String reason(int code) {
    return "exit code "
        + code
        + switch (code) {
          case CANNOT_RUN -> " (as of a command that cannot be run)";
          case NOT_FOUND -> " (as of a command that is not there)";
          default -> {
            int signal = code - SIGNALLED;
            yield signal > 0 && signal <= LAST_SIGNAL ? " (as after signal " + signal + ")" : "";
          }
        };
  }

  /// The engine says that memory ran out in a container; only a process that was killed itself ends
  /// with [#KILLED].
  static Outcome outOfMemory(int code) {
    return new Outcome.Failed(
        code,
        "exit code "
            + code
            + (code == KILLED
                ? ": killed, out of memory"
                : ": a process in the container was killed, out of memory"));
  }
}
