package ofelia.web;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import ofelia.engine.RequestException;
import ofelia.engine.StopAnswer;
import ofelia.model.JobName;
import ofelia.model.Problem;
import ofelia.model.RunId;

/// What can be asked of a living daemon. Safe for any thread.
public interface Controls {

  /// Runs a job now; returns when the run is on record.
  ///
  /// @throws RequestException when there is no such job, or it must not run
  RunId runNow(JobName job) throws RequestException, InterruptedException;

  /// Runs a job now for an instant of its schedule that has passed; returns when the run is on
  /// record.
  ///
  /// @throws RequestException when there is no such job, it must not run, or was not due then
  RunId backfill(JobName job, Instant due) throws RequestException, InterruptedException;

  /// Has a run ended by its own stop signal; does not wait for its end.
  StopAnswer stop(RunId run) throws InterruptedException;

  /// Reads all sources again and brings what they say into force.
  Reloaded reload() throws InterruptedException;

  /// How many `jobs` are in force, how many runs are `running`, how many are `waiting`, and how
  /// many `gaps` were found: due instants that are not on record, or more than once.
  Map<String, Integer> counts() throws InterruptedException;

  /// What came of a reload.
  ///
  /// @param isInForce false when a source could not be read as a whole: what it said before stays
  ///   in force
  /// @param jobs how many jobs are in force now
  record Reloaded(boolean isInForce, int jobs, List<Problem> problems) {
    public Reloaded {
      problems = List.copyOf(problems);
    }
  }
}
