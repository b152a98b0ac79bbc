package ofelia.cli;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import ofelia.cli.Table.Style;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.RunId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia jobs`: the jobs in force, when they are due next, and how it went the last time.
final class JobsCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Options.command(
            "jobs",
            "Lists the jobs, when they are due next, and how it went the last time. Works beside"
                + " a running daemon and without one.",
            "ofelia jobs",
            "ofelia jobs --all --json")
        .addOption(Options.flag("Jobs that were removed from their source too.", "-a", "--all"))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    boolean all = Options.isSet(given, "--all");
    Path store = Stores.find(given, console);
    boolean hasDaemon = Sockets.isAnswered(store);
    try (History history = console.stores().apply(store)) {
      List<BookedJob> jobs = history.book().stream().filter(job -> all || job.present()).toList();
      if (Options.isSet(given, "--json")) {
        printLines(jobs, history, hasDaemon, console);
      } else {
        printTable(jobs, history, console);
        if (!hasDaemon) {
          Stores.warnOfNoDaemon(store, "nothing runs", console);
        }
      }
      return Main.DONE;
    }
  }

  private static void printLines(
      List<BookedJob> jobs, History history, boolean hasDaemon, Console console) {
    JsonLines<JobLine> lines = JsonLines.of(JobLine.class, console);
    long now = console.time().millis();
    for (BookedJob job : jobs) {
      @Nullable HistoryEntry last = lastOf(job, history, now).orElse(null);
      OptionalLong next = nextOf(job, now);
      lines.print(
          new JobLine(
              job.name().value(),
              job.kind().word(),
              job.source(),
              job.schedule(),
              job.present(),
              next.isPresent() ? JsonLines.instant(next.getAsLong()) : null,
              last == null ? null : JsonLines.instant(last.dueMillis()),
              last == null ? null : last.fate(),
              last == null ? null : last.outcome().orElse(null),
              last == null ? null : last.run().map(RunId::toString).orElse(null),
              hasDaemon));
    }
  }

  private static void printTable(List<BookedJob> jobs, History history, Console console) {
    if (jobs.isEmpty()) {
      console.out().println("no jobs");
      return;
    }
    Table table = new Table("JOB", "KIND", "SOURCE", "NEXT", "", "LAST", "", "SCHEDULE");
    long now = console.time().millis();
    for (BookedJob job : jobs) {
      OptionalLong next = nextOf(job, now);
      Optional<HistoryEntry> last = lastOf(job, history, now);
      table.row(
          Table.cell(job.name().value()),
          Table.cell(job.kind().word()),
          Table.cell(job.source()),
          Table.cell(
              next.isPresent()
                  ? Words.local(next.getAsLong(), console.zone())
                  : job.present() ? "never" : "removed"),
          new Table.Cell(next.isPresent() ? Words.relative(next.getAsLong(), now) : "", Style.DIM),
          last.map(Results::cell).orElse(Table.cell("-")),
          new Table.Cell(
              last.map(entry -> Words.relative(entry.dueMillis(), now)).orElse(""), Style.DIM),
          Table.cell(job.schedule()));
    }
    table.print(console);
  }

  private static Optional<HistoryEntry> lastOf(BookedJob job, History history, long now) {
    AtomicReference<@Nullable HistoryEntry> last = new AtomicReference<>();
    history.entries(Optional.of(job.name()), 1, now, last::set);
    return Optional.ofNullable(last.get());
  }

  /// When it is due next; never for a removed job, and for one whose schedule this version cannot
  /// read.
  private static OptionalLong nextOf(BookedJob job, long now) {
    if (!job.present()) {
      return OptionalLong.empty();
    }
    try {
      long next = Schedule.parse(job.schedule(), ZoneOffset.UTC).next(now, job.anchorMillis());
      return next == Schedule.NEVER ? OptionalLong.empty() : OptionalLong.of(next);
    } catch (ScheduleSyntaxException _) {
      // Written by another version; the daemon says so in its log.
      return OptionalLong.empty();
    }
  }
}
