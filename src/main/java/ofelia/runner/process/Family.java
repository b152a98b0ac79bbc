package ofelia.runner.process;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ofelia.runner.process.ProcessTable.Row;

/// The processes that belong to a run or to several: those known by mark, those in a session that
/// one of these leads, those that carry a run id in the environment they were started with, and the
/// descendants of all of them.
///
/// It remembers whom it has seen, for a process whose leader has gone and whose environment is
/// empty is known by nothing else.
final class Family {

  private final Set<ProcessMark> known = new HashSet<>();
  private final Set<Long> sessions = new HashSet<>();
  private final Set<String> runs;

  Family(Collection<ProcessMark> marks, Collection<String> runs) {
    known.addAll(marks);
    known.removeIf(mark -> mark.start().isEmpty());
    this.runs = Set.copyOf(runs);
  }

  /// A process that we started as the leader of a session and whose end notice nobody has taken
  /// yet, so that its id cannot come round again.
  static Family ledBy(ProcessMark leader, Command command) {
    String run = command.environment().get(ProcessTable.RUN_VARIABLE);
    Family family = new Family(List.of(leader), run == null ? List.of() : List.of(run));
    family.sessions.add(leader.pid());
    return family;
  }

  /// Looks at all processes of the machine.
  synchronized List<Row> living() {
    List<Row> rows = ProcessTable.snapshot();
    for (Row row : rows) {
      if (!known.contains(row.mark())) {
        // Another process has that id by now, so the session is another one too.
        sessions.remove(row.pid());
      } else if (row.session() == row.pid()) {
        sessions.add(row.pid());
      }
    }
    return adopt(ProcessTable.withDescendants(rows, this::includes));
  }

  /// Those of `rows` that live, which belong here by their parents; remembers them.
  synchronized List<Row> adopt(List<Row> rows) {
    List<Row> found = rows.stream().filter(row -> !row.isZombie()).toList();
    found.forEach(row -> known.add(row.mark()));
    return found;
  }

  /// Whether the process belongs here by itself, whatever its parent.
  synchronized boolean includes(Row row) {
    return known.contains(row.mark())
        || sessions.contains(row.session())
        || (!row.isZombie()
            && !runs.isEmpty()
            && ProcessTable.findRun(row.pid()).filter(runs::contains).isPresent());
  }
}
