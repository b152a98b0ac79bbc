import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A scheduler that is measured: how to tell it its jobs, start it, and read its log.
///
/// @param memory where its store is when that is not on the disk; else the root
record Contender(String name, Path program, Form form, Path memory) {

  private static final Path ON_DISK = Path.of("/");

  Contender(String name, Path program, Form form) {
    this(name, program, form, ON_DISK);
  }

  /// The same program with its store in a file system that is in memory.
  Contender withStoreIn(Path memory) {
    return new Contender(name + ", store in memory", program, form, memory);
  }

  boolean isStoreInMemory() {
    return !memory.equals(ON_DISK);
  }

  /// Whose configuration it reads.
  enum Form {
    OFELIA,
    OFELIA_GO,
    SUPERCRONIC
  }

  /// Where the processes of [Job.Work#STAMP] write.
  static Path stamps(Path directory) {
    return directory.resolve("stamps");
  }

  static Path store(Path directory) {
    return directory.resolve("store");
  }

  boolean can(Job.Work work) {
    return switch (work) {
      case NOOP -> form == Form.OFELIA;
      case EXEC, RUN -> form != Form.SUPERCRONIC;
      case TRUE, STAMP -> true;
    };
  }

  boolean needsEngine() {
    return form == Form.OFELIA_GO;
  }

  /// It keeps a history that can be asked.
  boolean hasHistory() {
    return form == Form.OFELIA;
  }

  List<String> command(Path directory) {
    String program = this.program.toString();
    String config = config(directory).toString();
    Path store = isStoreInMemory() ? memory : store(directory);
    return switch (form) {
      case OFELIA ->
          List.of(program, "daemon", "--config", config, "--store", store.toString());
      case OFELIA_GO -> List.of(program, "daemon", "--config", config);
      case SUPERCRONIC -> List.of(program, "-no-reap", config);
    };
  }

  /// In the line that says that it is ready; supercronic has none.
  Optional<String> readyText() {
    return form == Form.SUPERCRONIC ? Optional.empty() : Optional.of("Ofelia is now running");
  }

  /// In the line about each run that ended.
  String finishedText() {
    return form == Form.SUPERCRONIC ? "job succeeded" : "Finished in ";
  }

  private static Path config(Path directory) {
    return directory.resolve("jobs");
  }

  void configure(Path directory, List<Job> jobs) throws IOException {
    Files.createDirectories(directory);
    List<String> lines = new ArrayList<>();
    for (Job job : jobs) {
      if (form == Form.SUPERCRONIC) {
        lines.add(job.schedule() + " * " + job.shellText(stamps(directory)));
      } else {
        lines.addAll(section(job, directory));
      }
    }
    if (jobs.isEmpty() && form == Form.SUPERCRONIC) {
      lines.add("# no job");
    }
    Files.write(config(directory), lines);
  }

  private static List<String> section(Job job, Path directory) {
    String schedule = "schedule = " + job.schedule();
    return switch (job.work()) {
      case NOOP -> List.of("[job-noop \"" + job.name() + "\"]", schedule);
      case TRUE -> List.of("[job-local \"" + job.name() + "\"]", schedule, "command = true");
      case STAMP ->
          List.of(
              "[job-local \"" + job.name() + "\"]",
              schedule,
              "command = sh -c \"" + job.shellText(stamps(directory)) + "\"");
      case EXEC ->
          List.of(
              "[job-exec \"" + job.name() + "\"]",
              schedule,
              "container = " + Engine.CONTAINER,
              "user = root", // else nobody, whom a small image does not know
              "command = true");
      case RUN ->
          List.of(
              "[job-run \"" + job.name() + "\"]",
              schedule,
              "image = " + Engine.IMAGE,
              "pull = false",
              "user = root",
              "command = true");
    };
  }
}
