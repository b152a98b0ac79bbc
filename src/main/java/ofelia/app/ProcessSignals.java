package ofelia.app;

import java.util.List;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// The operating system's signals to this process.
///
/// A shutdown hook would not do: it hears of the first signal only, and the exit code would be the
/// JVM's. SIGQUIT stays with the JVM, which answers it with a thread dump.
final class ProcessSignals {

  private static final List<String> ENDING = List.of("TERM", "INT");
  private static final List<String> RELOADING = List.of("HUP");

  private ProcessSignals() {}

  /// Calls back on each signal from now on, on a thread of the JVM's; the callbacks must be quick.
  static void listen(Runnable end, Runnable reload) {
    ENDING.forEach(name -> handle(name, end));
    RELOADING.forEach(name -> handle(name, reload));
  }

  private static void handle(String name, Runnable callback) {
    try {
      SignalHandler _ = Signal.handle(new Signal(name), _ -> callback.run());
    } catch (IllegalArgumentException _) {
      // This system has no such signal, or the JVM was told to leave signals alone (-Xrs).
      return;
    }
  }
}
