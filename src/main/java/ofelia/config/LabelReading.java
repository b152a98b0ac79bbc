package ofelia.config;

import java.util.List;
import ofelia.model.JobSpec;
import ofelia.model.Problem;
import ofelia.model.Settings;

/// What the labels of a set of containers say.
///
/// @param jobs quarantined ones hold their own problems
/// @param global what the service container's labels set; weaker than INI files
/// @param problems all others, and warnings
public record LabelReading(List<JobSpec> jobs, Settings global, List<Problem> problems) {

  public LabelReading {
    jobs = List.copyOf(jobs);
    problems = List.copyOf(problems);
  }
}
