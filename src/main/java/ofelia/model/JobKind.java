package ofelia.model;

/// The kind of work a job does: the word after `job-` in a section's header or a label.
///
/// Open on purpose: whoever adds a runner adds a kind.
///
/// @param word lower case, e.g. `exec`
public record JobKind(String word) {

  /// Runs a command in a running container.
  public static final JobKind EXEC = new JobKind("exec");

  /// Runs a command in a fresh container, or starts a given one.
  public static final JobKind RUN = new JobKind("run");

  /// Runs a command as a service of a swarm.
  public static final JobKind SERVICE_RUN = new JobKind("service-run");

  /// Runs a command on the host.
  public static final JobKind LOCAL = new JobKind("local");

  /// Runs a command in a service of a Compose project.
  public static final JobKind COMPOSE = new JobKind("compose");

  /// Makes an HTTP request.
  public static final JobKind HTTP = new JobKind("http");

  /// Restarts, stops, starts or pauses containers, or removes what is not used.
  public static final JobKind CONTAINER = new JobKind("container");

  /// Does nothing: to try out schedules, and to measure the scheduler itself.
  public static final JobKind NOOP = new JobKind("noop");

  @Override
  public String toString() {
    return word;
  }
}
