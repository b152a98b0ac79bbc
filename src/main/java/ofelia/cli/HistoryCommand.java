package ofelia.cli;

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

  /// How often it is asked whether anybody still reads.
  private static final int LINES_PER_LOOK = 256;

  @Override
  public CommandSpec spec() {
    return Options.command(
            "history",
            "Shows what became of each due instant of a job, the latest first. Works beside a"
                + " running daemon and without one.",
            "ofelia history backup",
            "ofelia history --all -n 100",
            "ofelia history --all --json | grep '\"fate\":\"missed\"'")
        .addPositional(Options.argument("JOB", "0..1", "The job's name."))
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
      throw new CommandException("name one job, or write --all");
    }
    boolean json = Options.isSet(given, "--json");
    long limit = Options.count(given, "--limit", json ? 0 : FOR_PEOPLE);
    try (History history = Stores.open(given, console)) {
      Optional<JobName> job = Optional.empty();
      if (name.isPresent()) {
        job = Optional.of(Stores.require(name.get(), history).name());
      }
      long atMost = limit == 0 ? Long.MAX_VALUE : limit;
      if (json) {
        printLines(history, job, atMost, console);
      } else {
        printTable(history, job, atMost, console);
      }
      return Main.DONE;
    }
  }

  private static void printLines(
      History history, Optional<JobName> job, long limit, Console console) {
    JsonLines<HistoryLine> lines = JsonLines.of(HistoryLine.class, console);
    int[] printed = {0};
    try {
      history.entries(
          job,
          limit,
          console.time().millis(),
          entry -> {
            lines.print(HistoryLine.of(entry));
            if (++printed[0] % LINES_PER_LOOK == 0 && console.isReaderGone()) {
              throw new ReaderGoneException();
            }
          });
    } catch (ReaderGoneException _) {
      // Somebody has seen enough, as in `| head`: nothing is wrong.
    }
  }

  private static void printTable(
      History history, Optional<JobName> job, long limit, Console console) {
    List<HistoryEntry> entries = new ArrayList<>();
    long now = console.time().millis();
    history.entries(job, limit, now, entries::add);
    if (entries.isEmpty()) {
      console.out().println("nothing was due yet");
      return;
    }
    boolean all = job.isEmpty();
    List<String> headers =
        new ArrayList<>(List.of("DUE", "", "JOB", "RUN", "RESULT", "TOOK", "REASON"));
    if (!all) {
      headers.remove("JOB");
    }
    Table table = new Table(headers.toArray(new String[0]));
    for (HistoryEntry entry : entries) {
      List<Table.Cell> cells = new ArrayList<>();
      cells.add(Table.cell(Words.local(entry.dueMillis(), console.zone())));
      cells.add(new Table.Cell(Words.relative(entry.dueMillis(), now), Style.DIM));
      if (all) {
        cells.add(Table.cell(entry.job().value()));
      }
      cells.add(Table.cell(entry.run().map(RunId::toString).orElse("-")));
      cells.add(Results.cell(entry));
      cells.add(Table.cell(took(entry, now)));
      cells.add(Table.cell(reason(entry)));
      table.row(cells.toArray(new Table.Cell[0]));
    }
    table.print(console);
  }

  private static String took(HistoryEntry entry, long now) {
    if (entry.startedMillis() == 0) {
      return "-";
    }
    long end = entry.endedMillis() == 0 ? now : entry.endedMillis();
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

  /// Leaves the reading of a history that nobody wants to see the rest of.
  private static final class ReaderGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
