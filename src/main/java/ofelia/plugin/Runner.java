package ofelia.plugin;

import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;

/// Does one kind of work.
///
/// Each call is made on a thread of the run's own and blocks until the work ends. An interrupt
/// means *leave*: return by throwing [InterruptedException] without ending the work where it can
/// outlive the daemon. Safe for any number of runs at once.
public interface Runner {

  JobKind kind();

  /// What the job does, in a line for the log; no secrets.
  String describe(JobSpec job);

  /// Does the work: prepare, [RunSink#intend], start, [RunSink#started], follow to the end.
  ///
  /// @return how it ended; [Outcome.Broke] when it could not be begun. A run whose stop was
  ///   requested ends as [Outcome.Cancelled]
  /// @throws InterruptedException when told to leave
  /// @throws NotOursException as the sink threw it, after undoing the preparation
  /// @throws DeclinedException before the intent, when the work is not to be begun
  Outcome run(RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException, DeclinedException;

  /// Is told of a run that an earlier start left open, before any such run is asked for by [#find]
  /// and before any other begins. Asks nobody, and returns at once.
  default void foresee(RunRequest request, Trace trace) {
    // Most runs have nothing to do with each other.
  }

  /// Says what became of work of an earlier start. Ends survivors that cannot be taken up, and
  /// removes what was prepared and not started.
  ///
  /// @throws TryLaterException when something outside is away; asked again, until it answers
  Finding find(RunRequest request, Trace trace) throws InterruptedException, TryLaterException;

  /// Follows work that was [Finding.Found] to its end. Does not call [RunSink#intend] again.
  ///
  /// @return how it ended
  Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException;

  /// Whether running work can be ended on request.
  boolean canStop();

  /// Whether running work goes on without the daemon and can be taken up by its next start.
  boolean canOutlive();
}
