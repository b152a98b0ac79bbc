package ofelia.cli;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import ofelia.cli.Table.Style;
import ofelia.engine.Outlook;
import ofelia.engine.Outlook.Coming;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Cause;
import ofelia.model.RunId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia jobs`: the jobs in force, when they are due next, and how it went the last time.
final class JobsCommand implements Command {

  /// How far back a run is looked for that waits for its time. Behind more instants than these the
  /// next one is near, and begins when the one that waits does.
  private static final long MOST_LOOKED_AT = 20;

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
    Outlooks outlooks = Outlooks.of(history);
    long now = console.time().millis();
    for (BookedJob job : jobs) {
      @Nullable HistoryEntry last = lastOf(job, history, now).orElse(null);
      Next next = nextOf(job, outlooks, history, now);
      lines.print(
          new JobLine(
              job.name().value(),
              job.kind().word(),
              job.source(),
              job.schedule(),
              job.present(),
              next.coming.map(one -> JsonLines.instant(one.begin().orElseThrow())).orElse(null),
              next.coming.map(one -> JsonLines.instant(one.dueMillis())).orElse(null),
              next.note(),
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
    Outlooks outlooks = Outlooks.of(history);
    long now = console.time().millis();
    for (BookedJob job : jobs) {
      Next next = nextOf(job, outlooks, history, now);
      OptionalLong begin = next.coming.map(Coming::begin).orElse(OptionalLong.empty());
      Optional<HistoryEntry> last = lastOf(job, history, now);
      table.row(
          Table.cell(job.name().value()),
          Table.cell(job.kind().word()),
          Table.cell(job.source()),
          begin.isPresent()
              ? Table.cell(Words.local(begin.getAsLong(), console.zone()))
              : new Table.Cell(next.none, next.isTrouble ? Style.BAD : Style.PLAIN),
          new Table.Cell(
              begin.isPresent() ? Words.relative(begin.getAsLong(), now) : "", Style.DIM),
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

  /// When a job runs next.
  ///
  /// @param none what to say where it does not
  /// @param isTrouble whether that should not be so
  private record Next(Optional<Coming> coming, String none, boolean isTrouble) {

    static Next never(String none) {
      return new Next(Optional.empty(), none, false);
    }

    /// Why it runs at another time than it is due, or not at all.
    @Nullable String note() {
      if (coming.isEmpty()) {
        return none.equals("never") ? null : none;
      }
      return coming.get().isDelayed() ? coming.get().why().orElse(null) : null;
    }
  }

  private static Next nextOf(BookedJob job, Outlooks outlooks, History history, long now) {
    Optional<Outlook> outlook = outlooks.of(job);
    if (!job.present() || outlook.isEmpty()) {
      return Next.never(job.present() ? "never" : "removed");
    }
    Optional<Coming> first = outlook.get().first(now);
    if (outlook.get().mayDelay()) {
      Optional<Coming> waiting =
          waiting(job, history, now)
              .map(entry -> outlook.get().of(entry.dueMillis()))
              .filter(one -> one.begin().isPresent() && one.begin().getAsLong() > now);
      first =
          Stream.concat(waiting.stream(), first.stream())
              .min(Comparator.comparingLong(one -> one.begin().orElseThrow()));
    }
    return new Next(first, Outlooks.none(outlook.get(), now), outlook.get().isHeldBack());
  }

  /// The run of an instant that has passed which waits for its time.
  private static Optional<HistoryEntry> waiting(BookedJob job, History history, long now) {
    AtomicReference<@Nullable HistoryEntry> waiting = new AtomicReference<>();
    long[] left = {MOST_LOOKED_AT};
    history.visit(
        Optional.of(job.name()),
        now,
        entry -> {
          boolean isIt =
              entry.fate().equals("running")
                  && entry.startedMillis() == 0
                  && entry.cause() == Cause.SCHEDULE;
          if (isIt) {
            waiting.set(entry);
          }
          return !isIt && --left[0] > 0;
        });
    return Optional.ofNullable(waiting.get());
  }
}
