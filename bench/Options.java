import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What the command line asks for.
///
/// OPTIONS_BEGIN
/// options, with their defaults:
///   --jobs 0,1,100,1000   numbers of jobs; burst leaves out 0
///   --repeat 1            repetitions; figures are their medians
///   --idle-seconds 15     how long a daemon is left alone before its memory is read
///   --soak-runs 10000     how many runs the soak makes
///   --soak-rate 200       how many of them are due at once
///   --soak-seconds 1      how many seconds after each other, a divisor of 60
///   --soak-work noop      what they do: noop, exec or run
///   --together 15         how many execs or runs are due at once, after those that come one at a time
///   --turn-seconds 120    for how long all take turns in exec and run, at each of the two loads
///   --work stamp,true,noop    what falls due in burst: a process that writes down when it began,
///                         /bin/true, nothing
///   --only NAME,…         the contenders of these names: ofelia ofelia-native supercronic ofelia-go
///   --cold                exec and run begin right after the start, without 300 execs before
///   --all                 --jobs 0,1,100,1000,10000 --soak-runs 100000 --soak-rate 500
///   --json                one object a line
///   --keep                leaves the working directory, with configurations and logs
/// OPTIONS_END
record Options(
    Set<String> parts,
    List<Integer> jobs,
    int repeat,
    int idleSeconds,
    int soakRuns,
    int soakRate,
    int soakSeconds,
    Job.Work soakWork,
    int together,
    int turnSeconds,
    boolean isCold,
    Set<String> work,
    Set<String> only,
    boolean json,
    boolean keep) {

  private static final List<String> PARTS = List.of("idle", "burst", "exec", "run", "soak");

  static Options parse(List<String> args) {
    Set<String> parts = new LinkedHashSet<>();
    List<Integer> jobs = List.of(0, 1, 100, 1000);
    int repeat = 1;
    int idleSeconds = 15;
    int soakRuns = 10_000;
    int soakRate = 200;
    int soakSeconds = 1;
    Job.Work soakWork = Job.Work.NOOP;
    int together = 15;
    int turnSeconds = 120;
    boolean isCold = false;
    Set<String> work = new LinkedHashSet<>(List.of("stamp", "true", "noop"));
    Set<String> only = Set.of();
    boolean json = false;
    boolean keep = false;
    List<String> left = new ArrayList<>(args);
    while (!left.isEmpty()) {
      String arg = left.removeFirst();
      switch (arg) {
        case "--jobs" -> jobs = list(value(arg, left)).stream().map(Integer::valueOf).toList();
        case "--repeat" -> repeat = Integer.parseInt(value(arg, left));
        case "--idle-seconds" -> idleSeconds = Integer.parseInt(value(arg, left));
        case "--soak-runs" -> soakRuns = Integer.parseInt(value(arg, left));
        case "--soak-rate" -> soakRate = Integer.parseInt(value(arg, left));
        case "--soak-seconds" -> soakSeconds = Integer.parseInt(value(arg, left));
        case "--soak-work" -> soakWork = Job.Work.valueOf(value(arg, left).toUpperCase());
        case "--together" -> together = Integer.parseInt(value(arg, left));
        case "--cold" -> isCold = true;
        case "--turn-seconds" -> turnSeconds = Integer.parseInt(value(arg, left));
        case "--work" -> work = new LinkedHashSet<>(list(value(arg, left)));
        case "--only" -> only = new LinkedHashSet<>(list(value(arg, left)));
        case "--json" -> json = true;
        case "--keep" -> keep = true;
        case "--all" -> {
          jobs = List.of(0, 1, 100, 1000, 10_000);
          soakRuns = 100_000;
          soakRate = 500;
        }
        default -> {
          if (!PARTS.contains(arg)) {
            throw new IllegalArgumentException(
                "\"%s\" is neither a part (%s) nor an option; see bench/run --help"
                    .formatted(arg, String.join(", ", PARTS)));
          }
          parts.add(arg);
        }
      }
    }
    if (jobs.stream().anyMatch(count -> count < 0 || count > 10_000)) {
      throw new IllegalArgumentException("--jobs: 0 to 10000");
    }
    return new Options(
        parts.isEmpty() ? new LinkedHashSet<>(PARTS) : parts,
        jobs,
        repeat,
        idleSeconds,
        soakRuns,
        soakRate,
        soakSeconds,
        soakWork,
        together,
        turnSeconds,
        isCold,
        work,
        only,
        json,
        keep);
  }

  private static List<String> list(String text) {
    return Arrays.asList(text.split(","));
  }

  private static String value(String option, List<String> left) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.removeFirst();
  }
}
