package ofelia.runner.process;

import ofelia.time.Time;

/// Starts local processes. Safe for any thread.
public interface Processes extends AutoCloseable {

  /// Opens the form that this machine allows: `posix_spawn` on Linux where the Foreign Function API
  /// and the kernel give what it needs, `ProcessBuilder` everywhere else.
  static Processes open(Time time) {
    try {
      return SpawnedProcesses.open(time);
    } catch (UnsupportedOperationException | LinkageError e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      return new PortableProcesses(time, String.valueOf(reason.getMessage()));
    }
  }

  /// Starts a process in a session of its own, reading nothing (`/dev/null`), its two outputs going
  /// to [LocalProcess#await].
  ///
  /// @throws ProcessStartException if the program or the directory is not there or may not be used,
  ///   or the system refuses one more process or open file
  LocalProcess start(Command command) throws ProcessStartException;

  /// Which form this is and why, for the log: one line.
  String form();

  /// Ends the processes that still live and waits for them. A second call does nothing.
  @Override
  void close();
}
