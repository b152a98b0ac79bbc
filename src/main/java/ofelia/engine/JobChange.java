package ofelia.engine;

import ofelia.model.JobName;
import ofelia.model.JobSpec;

/// One difference between two sets of jobs.
sealed interface JobChange {

  record Added(JobSpec job) implements JobChange {}

  record Changed(JobSpec before, JobSpec job) implements JobChange {}

  record Removed(JobSpec job) implements JobChange {}

  default JobName name() {
    return switch (this) {
      case Added(var job) -> job.name();
      case Changed(_, var job) -> job.name();
      case Removed(var job) -> job.name();
    };
  }

  /// For the log.
  default String text() {
    return switch (this) {
      case Added(var job) -> "job \"%s\" added (%s)".formatted(job.name(), job.schedule().text());
      case Changed(_, var job) ->
          "job \"%s\" changed (%s)".formatted(job.name(), job.schedule().text());
      case Removed(var job) -> "job \"%s\" removed".formatted(job.name());
    };
  }
}
