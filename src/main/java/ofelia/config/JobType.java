package ofelia.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ofelia.model.JobKind;
import ofelia.model.Key.Place;

/// The kinds of jobs that may be written, in the order in which the Go Ofelia registers them: of
/// two jobs with one name, the kind that comes first here wins.
enum JobType {
  EXEC("job-exec", JobKind.EXEC, Place.JOB_EXEC),
  RUN("job-run", JobKind.RUN, Place.JOB_RUN),
  LOCAL("job-local", JobKind.LOCAL, Place.JOB_LOCAL),
  SERVICE_RUN("job-service-run", JobKind.SERVICE_RUN, Place.JOB_SERVICE_RUN),
  COMPOSE("job-compose", JobKind.COMPOSE, Place.JOB_COMPOSE),
  HTTP("job-http", JobKind.HTTP, Place.JOB_HTTP),
  CONTAINER("job-container", JobKind.CONTAINER, Place.JOB_CONTAINER),
  NOOP("job-noop", JobKind.NOOP, Place.JOB_NOOP);

  private final String word;
  private final JobKind kind;
  private final Place place;

  JobType(String word, JobKind kind, Place place) {
    this.word = word;
    this.kind = kind;
    this.place = place;
  }

  /// The word in section headers and labels.
  String word() {
    return word;
  }

  JobKind kind() {
    return kind;
  }

  /// Where its keys are written.
  Place place() {
    return place;
  }

  static Optional<JobType> find(String word) {
    return Arrays.stream(values()).filter(t -> t.word.equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(JobType::word).toList();
  }
}
