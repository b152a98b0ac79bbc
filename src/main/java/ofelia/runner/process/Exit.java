package ofelia.runner.process;

/// How a process ended.
///
/// @param code the exit code, or 128 and the signal's number as shells put it
/// @param signal the signal that ended the process, 0 if it ended by itself
/// @param leftOver how many other processes it left behind; they were ended with it
public record Exit(int code, int signal, int leftOver) {

  /// How many of the processes left behind a wait status speaks of is known later.
  static Exit fromWaitStatus(int status, int leftOver) {
    int signal = status & 0x7f;
    return signal == 0
        ? new Exit((status >> 8) & 0xff, 0, leftOver)
        : new Exit(128 + signal, signal, leftOver);
  }

  /// Says it for people: `exit code 3`, or `signal 9 (KILL)`.
  @Override
  public String toString() {
    return signal == 0 ? "exit code " + code : "signal " + signal + signalName();
  }

  /// The numbers on which all systems agree.
  private String signalName() {
    return switch (signal) {
      case 1 -> " (HUP)";
      case 2 -> " (INT)";
      case 3 -> " (QUIT)";
      case 4 -> " (ILL)";
      case 6 -> " (ABRT)";
      case 8 -> " (FPE)";
      case 9 -> " (KILL)";
      case 11 -> " (SEGV)";
      case 13 -> " (PIPE)";
      case 14 -> " (ALRM)";
      case 15 -> " (TERM)";
      default -> "";
    };
  }
}
