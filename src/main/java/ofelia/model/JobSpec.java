package ofelia.model;

import java.util.ArrayList;
import java.util.List;
import ofelia.cron.Schedule;

/// A job as somebody defined it.
///
/// @param source what it comes from: `ini`, `labels`
/// @param schedule when it is due; never for a job whose schedule cannot be read
/// @param settings the other keys
/// @param origin where it is written
/// @param problems why it must not run; empty for a sound job. A job with problems is quarantined:
///   its name and its due instants stay known, each of them ends refused
public record JobSpec(
    JobName name,
    JobKind kind,
    String source,
    Schedule schedule,
    Settings settings,
    Origin origin,
    List<Problem> problems) {

  public JobSpec {
    problems = List.copyOf(problems);
  }

  /// This job, held back for one more reason.
  public JobSpec withProblem(Problem problem) {
    List<Problem> more = new ArrayList<>(problems);
    more.add(problem);
    return new JobSpec(name, kind, source, schedule, settings, origin, more);
  }

  public boolean isQuarantined() {
    return !problems.isEmpty();
  }

  /// Whether a change from this to the other matters to the engine: everything but where it is
  /// written.
  public boolean isSameAs(JobSpec other) {
    return name.equals(other.name)
        && kind.equals(other.kind)
        && source.equals(other.source)
        && schedule.text().equals(other.schedule.text())
        && settings.equals(other.settings)
        && problems.equals(other.problems);
  }
}
