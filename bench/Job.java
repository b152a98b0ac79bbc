import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// A job of a measured scheduler.
///
/// @param schedule second, minute, hour, day, month, weekday
record Job(String name, Work work, String schedule) {

  static final String EACH_SECOND = "* * * * * *";

  /// What a job does.
  enum Work {
    /// Nothing; only Ofelia has it.
    NOOP,
    /// A process that ends at once.
    TRUE,
    /// A process that appends the instant of its own begin, in nanoseconds, to a file.
    STAMP,
    /// `true` in a running container.
    EXEC,
    /// `true` in a fresh container, which is removed afterwards.
    RUN;

    String word() {
      return name().toLowerCase();
    }
  }

  static List<Job> many(int count, Work work, IntFunction<String> schedule) {
    List<Job> jobs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      jobs.add(new Job("j" + i, work, schedule.apply(i)));
    }
    return jobs;
  }

  /// The shell's text of it. `exec`, so that it is one process and not two.
  String shellText(Path stamps) {
    return switch (work) {
      case STAMP -> "exec date +%s%N >>" + stamps;
      case TRUE -> "true";
      case NOOP, EXEC, RUN -> throw new IllegalStateException(work + " is not for a shell");
    };
  }
}
