package ofelia.runner.process;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ofelia.runner.process.ProcessTable.Row;
import ofelia.time.Time;

/// Processes of earlier runs that outlived the program that started them.
///
/// One look at all processes serves any number of runs: the program that could have started more
/// for these runs is gone, so what that look did not see will not come. Safe for any thread.
public final class Survivors {

  private final Time time;
  private final Set<String> seenRuns = new HashSet<>();
  private final Set<ProcessMark> seenMarks = new HashSet<>();
  private final Set<Long> seenSessions = new HashSet<>();

  private Survivors(Time time) {
    this.time = time;
  }

  /// What came of it.
  ///
  /// @param found how many processes lived
  /// @param remaining those that could not be ended: another user's, or stuck in the kernel
  public record Ended(int found, List<ProcessMark> remaining) {

    public Ended {
      remaining = List.copyOf(remaining);
    }
  }

  /// Looks at all processes. To be called when no other program starts processes for these runs any
  /// more.
  public static Survivors look(Time time) {
    Survivors survivors = new Survivors(time);
    for (Row row : ProcessTable.snapshot()) {
      if (!row.isZombie()) {
        survivors.seenMarks.add(row.mark());
        survivors.seenSessions.add(row.session());
        ProcessTable.findRun(row.pid()).ifPresent(survivors.seenRuns::add);
      }
    }
    return survivors;
  }

  /// Ends every living process that belongs to the runs, and returns when they are gone.
  ///
  /// A process belongs to them if it carries one of the run ids in the environment it was started
  /// with, is one of those recorded, is in a session that a recorded one leads, or descends from
  /// any of these. A recorded id that another process has by now matches nothing.
  ///
  /// @param grace between TERM and KILL
  /// @throws InterruptedException if the thread was interrupted; some may live on
  public Ended end(Set<String> runs, Collection<ProcessMark> recorded, Duration grace)
      throws InterruptedException {
    boolean mayLive =
        runs.stream().anyMatch(seenRuns::contains)
            || recorded.stream()
                .anyMatch(mark -> seenMarks.contains(mark) || seenSessions.contains(mark.pid()));
    if (!mayLive) {
      return new Ended(0, List.of());
    }
    Ending ending = new Ending(time, new Family(recorded, runs)::living);
    List<Row> remaining = ending.run(grace);
    return new Ended(ending.seen(), remaining.stream().map(Row::mark).toList());
  }
}
