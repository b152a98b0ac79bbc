package ofelia.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.cli.Table.Style;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.RunId;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia history`: what became of each due instant, the latest first.
final class HistoryCommand implements Command {

  private static final long FOR_PEOPLE = 20;

  /// How many rows are laid out at once. The columns of a longer table may get wider from one such
  /// page to the next, so that it need not be held in memory.
  private static final int PAGE = 500;

  @Override
  public CommandSpec spec() {
    return Options.command(
            "history",
            "Shows what became of each due instant of a job, the latest first. Works beside a"
                + " running daemon and without one.",
            "ofelia history backup",
            "ofelia history --all -n 100",
            "ofelia history --all --json | grep '\"fate\":\"missed\"'")
        .addPositional(Options.argument("JOB", "0..1", "The job's name; or write --all."))
        .addOption(Options.flag("All jobs.", "-a", "--all"))
        .addOption(
            Options.value(
                "COUNT",
                "How many at most, 0 for all. Default: " + FOR_PEOPLE + ", with --json all.",
                "-n",
                "--limit"))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    Optional<String> name = Options.argument(given);
    boolean all = Options.isSet(given, "--all");
    if (all == name.isPresent()) {
      throw CommandException.misuse("name one job, or write --all");
    }
    boolean json = Options.isSet(given, "--json");
    long limit = Options.count(given, "--limit", 0, json ? 0 : FOR_PEOPLE);
    Path store = Stores.find(given, console);
    boolean hasDaemon = Sockets.isAnswered(store);
    try (History history = console.stores().apply(store)) {
      Optional<JobName> job = Optional.empty();
      if (name.isPresent()) {
        job = Optional.of(Stores.require(name.get(), history).name());
      }
      long atMost = limit == 0 ? Long.MAX_VALUE : limit;
      if (json) {
        printLines(history, job, atMost, hasDaemon, console);
      } else {
        printTable(history, job, atMost, hasDaemon, console);
        if (!hasDaemon) {
          Stores.warnOfNoDaemon(store, "nothing runs or is recorded", console);
        }
      }
      return Main.DONE;
    }
  }

  private static void printLines(
      History history, Optional<JobName> job, long limit, boolean hasDaemon, Console console) {
    JsonLines<HistoryLine> lines = JsonLines.of(HistoryLine.class, console);
    history.entries(
        job,
        limit,
        console.time().millis(),
        entry -> lines.print(HistoryLine.of(entry, hasDaemon)));
  }

  private static void printTable(
      History history, Optional<JobName> job, long limit, boolean hasDaemon, Console console) {
    boolean all = job.isEmpty();
    List<String> headers =
        new ArrayList<>(List.of("DUE", "", "JOB", "RUN", "RESULT", "TOOK", "REASON"));
    if (!all) {
      headers.remove("JOB");
    }
    Table table = new Table(headers.toArray(new String[0]));
    int[] rows = {0};
    long now = console.time().millis();
    history.entries(
        job,
        limit,
        now,
        entry -> {
          table.row(row(entry, all, hasDaemon, now, console));
          if (++rows[0] % PAGE == 0) {
            table.print(console);
            console.requireReader();
          }
        });
    if (rows[0] == 0) {
      console.out().println("nothing was due yet");
    } else {
      table.print(console);
    }
  }

  private static Table.Cell[] row(
      HistoryEntry entry, boolean all, boolean hasDaemon, long now, Console console) {
    List<Table.Cell> cells = new ArrayList<>();
    cells.add(Table.cell(Words.local(entry.dueMillis(), console.zone())));
    cells.add(new Table.Cell(Words.relative(entry.dueMillis(), now), Style.DIM));
    if (all) {
      cells.add(Table.cell(entry.job().value()));
    }
    cells.add(Table.cell(entry.run().map(RunId::toString).orElse("-")));
    cells.add(Results.cell(entry));
    cells.add(Table.cell(took(entry, hasDaemon, now)));
    cells.add(Table.cell(reason(entry)));
    return cells.toArray(new Table.Cell[0]);
  }

  /// Of a run that goes on how long it has taken so far, if anybody sees to it.
  private static String took(HistoryEntry entry, boolean hasDaemon, long now) {
    boolean isOpen = entry.endedMillis() == 0;
    if (entry.startedMillis() == 0 || (isOpen && !hasDaemon)) {
      return "-";
    }
    long end = isOpen ? now : entry.endedMillis();
    return Words.took(Math.max(0, end - entry.startedMillis()));
  }

  private static String reason(HistoryEntry entry) {
    List<String> parts = new ArrayList<>();
    if (entry.cause() != Cause.SCHEDULE) {
      parts.add(entry.cause().word());
    }
    if (!entry.reason().isEmpty()) {
      parts.add(entry.reason());
    }
    if (entry.attempts() > 1) {
      parts.add(entry.attempts() + " attempts");
    }
    if (entry.droppedBytes() > 0) {
      parts.add(entry.droppedBytes() + " bytes of output not kept");
    }
    return String.join("; ", parts);
  }
}
