package ofelia.runner.process;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import ofelia.runner.process.ProcessTable.Row;
import ofelia.time.Time;

/// Processes of earlier runs that outlived the program that started them.
public final class Survivors {

  private Survivors() {}

  /// What came of it.
  ///
  /// @param found how many processes lived
  /// @param remaining those that could not be ended: another user's, or stuck in the kernel
  public record Ended(int found, List<ProcessMark> remaining) {

    public Ended {
      remaining = List.copyOf(remaining);
    }
  }

  /// Ends every living process that belongs to the runs, and returns when they are gone.
  ///
  /// A process belongs to them if it carries one of the run ids in the environment it was started
  /// with, is one of those recorded, is in a session that a recorded one leads, or descends from
  /// any of these. A recorded id that another process has by now matches nothing.
  ///
  /// @param grace between TERM and KILL
  /// @throws InterruptedException if the thread was interrupted; some may live on
  public static Ended end(
      Time time, Set<String> runs, Collection<ProcessMark> recorded, Duration grace)
      throws InterruptedException {
    Ending ending = new Ending(time, new Family(recorded, runs)::living);
    List<Row> remaining = ending.run(grace);
    return new Ended(ending.seen(), remaining.stream().map(Row::mark).toList());
  }
}
