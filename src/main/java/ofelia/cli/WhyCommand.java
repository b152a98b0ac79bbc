package ofelia.cli;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.RunId;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia why`: what became of a job at a moment, in a sentence.
final class WhyCommand implements Command {

  /// A day of a job that is due each second has more; the latest of them are told.
  private static final int MOST = 100;

  /// How far back the last due instant before a moment is looked for.
  private static final long LOOK_BACK_MILLIS = 400L * 24 * 3_600_000;

  @Override
  public CommandSpec spec() {
    return Options.command(
            "why",
            "Says in a sentence why a job ran or did not run, and how it ended. Without a time it"
                + " tells of the last instant at which it was due. Works beside a running daemon"
                + " and without one.",
            "ofelia why backup",
            "ofelia why backup at 2026-03-01T03:00",
            "ofelia why backup 2026-03-01 --json")
        .addPositional(
            Options.argument(
                "JOB [at TIME]",
                "1..*",
                "The job's name, and a day, a minute or a second: 2026-03-01, 2026-03-01T13:00 or"
                    + " 2026-03-01T13:00:00Z."))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    List<String> words = new ArrayList<>(Options.arguments(given));
    String name = words.removeFirst();
    if (words.size() > 1 && words.getFirst().equals("at")) {
      words.removeFirst();
    }
    Path store = Stores.find(given, console);
    boolean hasDaemon = Sockets.isAnswered(store);
    long now = console.time().millis();
    Answers answers = new Answers(console.zone(), hasDaemon, now);
    try (History history = console.stores().apply(store)) {
      BookedJob job = Stores.require(name, history);
      List<WhyLine> lines;
      if (words.isEmpty()) {
        lines = last(job, history, answers, now);
      } else {
        MomentText moment = MomentText.parse(words, console.zone());
        if (moment.fromMillis() > now) {
          throw new CommandException(
              "that is yet to come; \"ofelia next " + name + "\" shows when it will be due");
        }
        lines = at(job, moment, history, answers, now);
      }
      print(lines, Options.isSet(given, "--json"), console);
    }
    return Main.DONE;
  }

  private static void print(List<WhyLine> lines, boolean json, Console console) {
    if (json) {
      JsonLines<WhyLine> printer = JsonLines.of(WhyLine.class, console);
      lines.forEach(printer::print);
    } else {
      lines.forEach(line -> console.out().println(line.answer()));
    }
  }

  private static List<WhyLine> last(BookedJob job, History history, Answers answers, long now) {
    List<WhyLine> lines = new ArrayList<>();
    history.entries(Optional.of(job.name()), 1, now, entry -> lines.add(line(entry, answers)));
    if (lines.isEmpty()) {
      lines.add(never(job, now, answers));
    }
    return lines;
  }

  private static List<WhyLine> at(
      BookedJob job, MomentText moment, History history, Answers answers, long now) {
    List<WhyLine> lines = new ArrayList<>();
    history.visit(
        Optional.of(job.name()),
        Math.min(now, moment.untilMillis() - 1),
        entry -> {
          boolean isInside = entry.dueMillis() >= moment.fromMillis();
          if (isInside) {
            lines.add(line(entry, answers));
          }
          return isInside && lines.size() < MOST;
        });
    Collections.reverse(lines);
    if (lines.isEmpty()) {
      lines.add(nothing(job, moment.fromMillis(), whyNothing(job, moment), answers));
    }
    return lines;
  }

  private static WhyLine line(HistoryEntry entry, Answers answers) {
    return new WhyLine(
        entry.job().value(),
        JsonLines.instant(entry.dueMillis()),
        entry.fate(),
        entry.run().map(RunId::toString).orElse(null),
        entry.era(),
        answers.of(entry));
  }

  /// The schedule may have been another one then: what is on record is what counts.
  private static String whyNothing(BookedJob job, MomentText moment) {
    Optional<Schedule> schedule = scheduleOf(job);
    boolean isDueToday =
        schedule
            .map(s -> s.next(moment.fromMillis() - 1, job.anchorMillis()) < moment.untilMillis())
            .orElse(false);
    if (!job.present()) {
      return "nothing is on record, and the job was removed from its source";
    }
    if (isDueToday) {
      return moment.fromMillis() < job.anchorMillis()
          ? "its schedule \"" + job.schedule() + "\" came into force later"
          : "nothing is on record; it was not known then, or its records are older than"
              + " history-max-age";
    }
    return schedule.map(Schedule::isTriggered).orElse(false)
        ? "it has no schedule, and nobody asked for it"
        : "its schedule is \"" + job.schedule() + "\"";
  }

  private static WhyLine never(BookedJob job, long nowMillis, Answers answers) {
    Optional<Long> next =
        (job.present() ? scheduleOf(job) : Optional.<Schedule>empty())
            .map(s -> s.next(nowMillis, job.anchorMillis()))
            .filter(millis -> millis != Schedule.NEVER);
    String name = job.name().value();
    return WhyLine.nothing(name, answers.never(name, next));
  }

  private static WhyLine nothing(BookedJob job, long atMillis, String why, Answers answers) {
    Optional<Schedule> schedule = job.present() ? scheduleOf(job) : Optional.empty();
    Optional<Long> before =
        schedule
            .map(s -> s.passed(atMillis - LOOK_BACK_MILLIS, atMillis - 1, job.anchorMillis()))
            .filter(stretch -> !stretch.isEmpty())
            .map(stretch -> stretch.lastMillis());
    Optional<Long> after =
        schedule
            .map(s -> s.next(atMillis, job.anchorMillis()))
            .filter(millis -> millis != Schedule.NEVER);
    String name = job.name().value();
    return WhyLine.nothing(name, answers.nothing(name, why, before, after));
  }

  private static Optional<Schedule> scheduleOf(BookedJob job) {
    try {
      return Optional.of(Schedule.parse(job.schedule(), ZoneOffset.UTC));
    } catch (ScheduleSyntaxException _) {
      // Written by another version; the daemon says so in its log.
      return Optional.empty();
    }
  }
}
