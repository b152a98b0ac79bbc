package ofelia.plugin;

/// A request to end a run's work, made by another thread. It is never taken back; who asks again
/// can only leave it less time.
///
/// Not to be confused with an interrupt of the run's thread, which asks the runner to *leave* the
/// work as it is: it goes on without the daemon, and the next start takes it up again.
public interface Stop {

  /// Whether the work shall end.
  boolean isRequested();

  /// Calls back when the work shall end, at once if that was asked already, and again whenever it
  /// is left less time. The callback runs on the asking thread and must be quick: signal, and
  /// return.
  void onRequest(Runnable callback);

  /// How long the work may take from the latest call back on to end by its own stop signal, before
  /// it is killed.
  java.time.Duration grace();

  /// Who asked, for the outcome; only after a request.
  String by();
}
