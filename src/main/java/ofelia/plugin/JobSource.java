package ofelia.plugin;

import java.util.List;
import java.util.function.Consumer;
import ofelia.model.JobSpec;
import ofelia.model.Problem;

/// Where jobs come from.
public interface JobSource extends AutoCloseable {

  /// The word in [JobSpec#source()]: `ini`, `labels`.
  String name();

  /// Starts to follow the source. Calls back with the whole set after each change, first as soon as
  /// the source has answered; never with less than what it knows: a source that is away or talks
  /// nonsense keeps silent, and the jobs stay in force.
  void follow(Consumer<Reading> sink);

  /// Reads again now, and calls back even where nothing changed.
  ///
  /// @return what is wrong with what was read; empty also when the source is away
  List<Problem> reload();

  /// Stops following; no callback is made after it returned.
  @Override
  void close();

  /// All jobs of a source at one moment.
  ///
  /// @param jobs quarantined ones included
  /// @param problems of things that are no job, and warnings
  record Reading(List<JobSpec> jobs, List<Problem> problems) {
    public Reading {
      jobs = List.copyOf(jobs);
      problems = List.copyOf(problems);
    }
  }
}
