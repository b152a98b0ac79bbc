package ofelia.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.time.Signal;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia backfill`: has a job run for instants of its schedule that have passed.
///
/// The command asks the daemon for one run after the other and waits for their ends, so that what
/// is not asked for yet is given up with the command.
final class BackfillCommand implements Command {

  private static final long MOST_INSTANTS = 1_000;
  private static final long MOST_AT_ONCE = 100;
  private static final Duration LOOK = Duration.ofMillis(200);

  @Override
  public CommandSpec spec() {
    return Options.command(
            "backfill",
            "Has the daemon run a job for each instant of its schedule in a range that has passed,"
                + " in order, and waits for the ends. Each run is told its instant in OFELIA_DUE,"
                + " and the cause backfill. Instants that succeeded before are left out. What is"
                + " asked for goes on when this command is ended; the rest is not asked for.",
            "ofelia backfill report --from 2026-03-01 --until 2026-03-08 --dry-run",
            "ofelia backfill report --from 2026-03-01T06:00 --parallel 4",
            "ofelia backfill report --from 2026-03-01 --until 2026-03-02 --again --json")
        .addPositional(Options.argument("JOB", "1", "The job's name."))
        .addOption(
            Options.value(
                "TIME",
                "The first instant that counts: 2026-03-01, 2026-03-01T13:00 or"
                    + " 2026-03-01T13:00:00Z.",
                "--from"))
        .addOption(Options.value("TIME", "Instants before this one. Default: now.", "--until"))
        .addOption(
            Options.value(
                "COUNT", "How many runs may go on at once, 1 to 100. Default: 1.", "--parallel"))
        .addOption(
            Options.value(
                "COUNT",
                "How many instants at most; more are refused before anything runs. Default: "
                    + MOST_INSTANTS
                    + ".",
                "-n",
                "--limit"))
        .addOption(Options.flag("Instants that succeeded before too.", "--again"))
        .addOption(Options.flag("Show the instants, and run nothing.", "--dry-run"))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  /// What is to be run.
  ///
  /// @param dueMillis in order
  /// @param leftOut how many instants succeeded before
  private record Plan(String job, List<Long> dueMillis, int leftOut) {}

  @Override
  public int run(ParseResult given, Console console) throws CommandException, InterruptedException {
    long parallel = Options.count(given, "--parallel", 1, 1);
    if (parallel > MOST_AT_ONCE) {
      throw CommandException.misuse("--parallel is " + MOST_AT_ONCE + " at most");
    }
    Path store = Stores.find(given, console);
    try (History history = console.stores().apply(store)) {
      Plan plan = plan(given, history, console);
      if (Options.isSet(given, "--dry-run")) {
        return show(plan, Options.isSet(given, "--json"), console);
      }
      Filling filling = new Filling(plan, store, given, history, console);
      filling.fill((int) parallel);
      return filling.finish();
    }
  }

  private static Plan plan(ParseResult given, History history, Console console)
      throws CommandException {
    BookedJob job = Stores.require(Options.argument(given).orElse(""), history);
    long from =
        moment(given, "--from", console)
            .orElseThrow(() ->
                CommandException.misuse("--from is missing; write for example --from 2026-03-01"))
            .fromMillis();
    long now = console.time().millis();
    long until =
        Math.min(moment(given, "--until", console).map(MomentText::fromMillis).orElse(now), now);
    if (from >= until) {
      throw CommandException.misuse(
          "the range is empty: --from is not before --until, or not past");
    }
    long limit = Options.count(given, "--limit", 1, MOST_INSTANTS);
    Set<Long> succeeded =
        Options.isSet(given, "--again") ? Set.of() : succeeded(job, history, from, until);
    List<Long> due = new ArrayList<>();
    int leftOut = 0;
    Schedule schedule = schedule(job);
    long next = schedule.next(from - 1, job.anchorMillis());
    while (next < until) {
      if (succeeded.contains(next)) {
        leftOut++;
      } else {
        due.add(next);
      }
      if (due.size() > limit) {
        throw new CommandException(
            "more than "
                + limit
                + " instants in that range; narrow it, or allow more with --limit");
      }
      next = schedule.next(next, job.anchorMillis());
    }
    return new Plan(job.name().value(), due, leftOut);
  }

  private static Schedule schedule(BookedJob job) throws CommandException {
    if (!job.present()) {
      throw new CommandException("job \"" + job.name() + "\" was removed from its source");
    }
    try {
      Schedule schedule = Schedule.parse(job.schedule(), ZoneOffset.UTC);
      if (schedule.isTriggered()) {
        throw new CommandException(
            "job \"" + job.name() + "\" has no schedule; \"ofelia run\" runs it");
      }
      return schedule;
    } catch (ScheduleSyntaxException e) {
      throw new CommandException("the schedule of job \"" + job.name() + "\": " + e.getMessage());
    }
  }

  private static Optional<MomentText> moment(ParseResult given, String option, Console console)
      throws CommandException {
    Optional<String> text = Options.find(given, option);
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(MomentText.parse(List.of(text.get()), console.zone()));
  }

  private static Set<Long> succeeded(BookedJob job, History history, long from, long until) {
    Set<Long> succeeded = new HashSet<>();
    history.visit(
        Optional.of(job.name()),
        until - 1,
        entry -> {
          if (entry.dueMillis() < from) {
            return false;
          }
          if (entry.outcome().orElse("").equals("succeeded")) {
            succeeded.add(entry.dueMillis());
          }
          return true;
        });
    return succeeded;
  }

  private static int show(Plan plan, boolean json, Console console) {
    JsonLines<BackfillLine> lines = JsonLines.of(BackfillLine.class, console);
    for (long due : plan.dueMillis()) {
      if (json) {
        lines.print(new BackfillLine(plan.job(), Instant.ofEpochMilli(due).toString()));
      } else {
        console.out().println(Words.local(due, console.zone()));
      }
    }
    console.err().println(plan.dueMillis().size() + " instants to run" + leftOut(plan));
    return Main.DONE;
  }

  private static String leftOut(Plan plan) {
    return plan.leftOut() == 0 ? "" : ", " + plan.leftOut() + " left out: they succeeded before";
  }

  /// A run that was asked for, and has not ended as far as is known.
  private record Asked(String run, long dueMillis) {}

  /// The runs of one command.
  private static final class Filling {

    private final Plan plan;
    private final Path store;
    private final ParseResult given;
    private final History history;
    private final Console console;
    private final boolean json;
    private final Deque<Asked> underway = new ArrayDeque<>();
    private int ended;
    private int succeeded;

    Filling(Plan plan, Path store, ParseResult given, History history, Console console) {
      this.plan = plan;
      this.store = store;
      this.given = given;
      this.history = history;
      this.console = console;
      this.json = Options.isSet(given, "--json");
    }

    void fill(int parallel) throws CommandException, InterruptedException {
      for (long due : plan.dueMillis()) {
        awaitFewerThan(parallel, due);
        String run =
            Sockets.ask(
                given, console, daemon -> daemon.backfill(plan.job(), Instant.ofEpochMilli(due)));
        underway.add(new Asked(run, due));
      }
      awaitFewerThan(1, console.time().millis());
    }

    int finish() {
      int all = plan.dueMillis().size();
      console
          .err()
          .println(
              all
                  + " instants: "
                  + succeeded
                  + " succeeded, "
                  + (all - succeeded)
                  + " did not"
                  + leftOut(plan));
      return succeeded == all ? Main.DONE : Main.FAILED;
    }

    /// @param next the instant that is asked for afterwards
    private void awaitFewerThan(int limit, long next)
        throws CommandException, InterruptedException {
      Signal never = console.time().newSignal();
      while (underway.size() >= limit) {
        int before = underway.size();
        printEnded();
        if (underway.size() < before) {
          continue;
        }
        if (!Sockets.isAnswered(store)) {
          // What was asked for and has not ended may not have run.
          long from = underway.isEmpty() ? next : underway.getFirst().dueMillis();
          throw new CommandException(
              "the daemon has ended; go on with --from " + Instant.ofEpochMilli(from));
        }
        boolean _ = never.await(LOOK);
      }
    }

    private void printEnded() {
      for (Iterator<Asked> runs = underway.iterator(); runs.hasNext(); ) {
        Optional<HistoryEntry> entry = history.find(runs.next().run()).stream().findFirst();
        if (entry.isEmpty() || !entry.get().fate().equals("running")) {
          runs.remove();
          entry.ifPresent(this::print);
        }
      }
    }

    private void print(HistoryEntry entry) {
      ended++;
      if (entry.outcome().orElse("").equals("succeeded")) {
        succeeded++;
      }
      if (json) {
        JsonLines.of(HistoryLine.class, console).print(HistoryLine.of(entry, true));
      } else {
        String reason = entry.reason().isEmpty() ? "" : "  " + entry.reason();
        console
            .out()
            .println(
                "%s  %s  %s%s  (%d of %d)"
                    .formatted(
                        Words.local(entry.dueMillis(), console.zone()),
                        entry.run().orElseThrow(),
                        entry.outcome().orElse(entry.fate()),
                        reason,
                        ended,
                        plan.dueMillis().size()));
      }
      console.out().flush();
    }
  }
}
