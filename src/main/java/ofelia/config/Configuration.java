package ofelia.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ofelia.model.JobSpec;
import ofelia.model.Problem;
import ofelia.model.Settings;

/// What the configuration files say, flags and variables included.
///
/// @param global values for the program as a whole, and those that jobs inherit
/// @param docker values of `[docker]`
/// @param calendars of the sections `[calendar "name"]`
/// @param engines values of each `[engine "name"]`, with what it takes from `[docker]`, in file
///   order
/// @param jobs in file order; quarantined ones hold their own problems
/// @param problems all others: of settings, of files, and warnings
/// @param isReadable false when a file could not be read as a whole: then there are no jobs, and
///   whatever was in force before should stay in force
public record Configuration(
    Settings global,
    Settings docker,
    Calendars calendars,
    Map<String, Settings> engines,
    List<JobSpec> jobs,
    List<Problem> problems,
    boolean isReadable) {

  public Configuration {
    engines = Collections.unmodifiableMap(new LinkedHashMap<>(engines));
    jobs = List.copyOf(jobs);
    problems = List.copyOf(problems);
  }

  /// Without jobs and calendars, and not readable.
  public static Configuration unreadable(Settings global, Settings docker, List<Problem> problems) {
    return new Configuration(global, docker, Calendars.NONE, List.of(), problems, false);
  }

  /// A configuration of the one engine of `[docker]`.
  public Configuration(
      Settings global,
      Settings docker,
      Calendars calendars,
      List<JobSpec> jobs,
      List<Problem> problems,
      boolean isReadable) {
    this(global, docker, calendars, Map.of(), jobs, problems, isReadable);
  }

  /// The problems of the jobs and all others, by place.
  public List<Problem> allProblems() {
    List<Problem> all = new ArrayList<>(problems);
    jobs.forEach(job -> all.addAll(job.problems()));
    all.sort(
        Comparator.comparing((Problem p) -> p.origin().place())
            .thenComparingInt(p -> p.origin().line())
            .thenComparingInt(p -> p.origin().column()));
    return List.copyOf(all);
  }

  /// Whether any problem is an error.
  public boolean hasErrors() {
    return allProblems().stream().anyMatch(Problem::isError);
  }
}
