package ofelia.cli;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia next`: when a job, or an expression, is due.
final class NextCommand implements Command {

  private static final DateTimeFormatter RFC_3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

  @Override
  public CommandSpec spec() {
    return ScheduleQuestion.addOptions(
        Options.command(
            "next",
            "Shows when a job or a schedule is due next. A schedule needs no store and no daemon."
                + " \"-\" reads many from standard input, a line each with tabs between (schedule,"
                + " zone, from, how many), and answers each with a line of UTC instants with tabs"
                + " between, or \"error\" and the reason.",
            "ofelia next backup",
            "ofelia next '*/15 9-17 * * mon-fri' -n 10 --zone Europe/Berlin",
            "ofelia next 'H 3 * * *' --job backup",
            "ofelia next @hourly --from 2026-03-29T00:00 --json",
            "ofelia next - < schedules.tsv"));
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException, IOException {
    if (Options.arguments(given).equals(List.of("-"))) {
      new NextBatch(ScheduleQuestion.defaultsOf(given, console), console).answer(System.in);
      return Main.DONE;
    }
    ScheduleQuestion question = ScheduleQuestion.of(given, console);
    if (Options.isSet(given, "--json")) {
      printLines(question, console);
    } else {
      question.printDue(console);
    }
    return Main.DONE;
  }

  private static void printLines(ScheduleQuestion question, Console console) {
    JsonLines<NextLine> lines = JsonLines.of(NextLine.class, console);
    for (Iterator<ScheduleQuestion.Due> due = question.due(); due.hasNext(); ) {
      ScheduleQuestion.Due one = due.next();
      Instant instant = Instant.ofEpochMilli(one.coming().dueMillis());
      OptionalLong begin = one.coming().begin();
      lines.print(
          new NextLine(
              question.job().orElse(null),
              question.schedule().text(),
              instant.toString(),
              RFC_3339.format(instant.atZone(question.zone())),
              question.zone().getId(),
              begin.isPresent() ? JsonLines.instant(begin.getAsLong()) : null,
              one.note().orElse(null)));
    }
  }
}
