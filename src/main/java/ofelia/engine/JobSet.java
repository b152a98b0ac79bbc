package ofelia.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Problem;
import org.jspecify.annotations.Nullable;

/// All jobs in force, merged from their sources. Immutable.
///
/// A job is its name: where two sources define one, the source that stands earlier in the order of
/// precedence wins, and the other definition is a problem.
final class JobSet {

  static final JobSet EMPTY = new JobSet(Map.of(), List.of());

  private final Map<JobName, JobSpec> jobs;
  private final List<Problem> problems;

  private JobSet(Map<JobName, JobSpec> jobs, List<Problem> problems) {
    this.jobs = jobs;
    this.problems = problems;
  }

  /// Merges what the sources say.
  ///
  /// @param bySource in order of precedence, the strongest first
  static JobSet merge(Collection<List<JobSpec>> bySource) {
    Map<JobName, JobSpec> jobs = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (List<JobSpec> source : bySource) {
      for (JobSpec job : source) {
        JobSpec winner = jobs.putIfAbsent(job.name(), job);
        if (winner != null) {
          problems.add(
              Problem.warning(
                  job.origin(),
                  "job \"" + job.name() + "\"",
                  "is defined at " + winner.origin() + " already, which goes first",
                  "give one of the two another name"));
        }
      }
    }
    return new JobSet(Collections.unmodifiableMap(jobs), List.copyOf(problems));
  }

  @Nullable JobSpec get(JobName name) {
    return jobs.get(name);
  }

  Collection<JobSpec> jobs() {
    return jobs.values();
  }

  List<Problem> problems() {
    return problems;
  }

  /// What has to happen to get from this set to the next.
  List<JobChange> diff(JobSet next) {
    List<JobChange> changes = new ArrayList<>();
    Map<JobName, JobSpec> gone = new HashMap<>(jobs);
    for (JobSpec job : next.jobs()) {
      JobSpec before = gone.remove(job.name());
      if (before == null) {
        changes.add(new JobChange.Added(job));
      } else if (!before.isSameAs(job)) {
        changes.add(new JobChange.Changed(before, job));
      }
    }
    for (JobSpec job : jobs.values()) {
      if (gone.containsKey(job.name())) {
        changes.add(new JobChange.Removed(job));
      }
    }
    return changes;
  }
}
