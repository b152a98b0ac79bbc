package ofelia.runner.process;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import ofelia.runner.process.ProcessTable.Row;
import ofelia.time.Signal;
import ofelia.time.Time;

/// Ends a set of processes that may grow while it is being ended: asks each one once (TERM), and
/// after the grace makes it (KILL), until a look finds none.
final class Ending {

  /// How long KILL is given. A process in an uninterruptible wait of the kernel outlives it.
  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

  private final Time time;
  private final Supplier<List<Row>> members;
  private final Set<Long> seen = new HashSet<>();

  Ending(Time time, Supplier<List<Row>> members) {
    this.time = time;
    this.members = members;
  }

  /// Processes that were found at any moment of it.
  int seen() {
    return seen.size();
  }

  /// @return those that outlived even KILL, or belong to somebody else
  List<Row> run(Duration grace) throws InterruptedException {
    Set<Long> asked = new HashSet<>();
    Signal never = time.newSignal();
    long begun = time.nanos();
    long pauseMillis = 1;
    while (true) {
      List<Row> living = members.get();
      if (living.isEmpty()) {
        return living;
      }
      long elapsed = time.nanos() - begun;
      boolean force = elapsed >= grace.toNanos();
      if (elapsed >= grace.plus(KILL_LIMIT).toNanos()) {
        return living;
      }
      for (Row row : living) {
        seen.add(row.pid());
        if (force || asked.add(row.pid())) {
          signal(row, force);
        }
      }
      never.await(Duration.ofMillis(pauseMillis));
      pauseMillis = Math.min(pauseMillis * 2, 50);
    }
  }

  /// KILLs them all, whatever happens to the calling thread meanwhile.
  ///
  /// @return as [#run]
  static List<Row> force(Time time, Supplier<List<Row>> members) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return new Ending(time, members).run(Duration.ZERO);
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Sends TERM or KILL to that very process.
  ///
  /// The handle remembers the start of whatever has the id now, and checks it again when it sends;
  /// the row read between the two says that this is the process that was meant.
  static void signal(Row row, boolean force) {
    ProcessHandle.of(row.pid())
        .filter(_ ->
            ProcessTable.find(row.pid()).filter(now -> now.mark().equals(row.mark())).isPresent())
        .ifPresent(handle -> {
          if (force) {
            handle.destroyForcibly();
          } else {
            handle.destroy();
          }
        });
  }
}
