package ofelia.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import ofelia.cli.Table.Style;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia next`: when a job, or an expression, is due.
final class NextCommand implements Command {

  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);
  private static final DateTimeFormatter RFC_3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

  @Override
  public CommandSpec spec() {
    return Options.command(
            "next",
            "Shows when a job or a schedule is due next. A schedule needs no store and no daemon.",
            "ofelia next backup",
            "ofelia next '*/15 9-17 * * mon-fri' -n 10 --zone Europe/Berlin",
            "ofelia next @hourly --from 2026-03-29T00:00 --json")
        .addPositional(
            Options.argument("JOB|EXPR", "1..*", "A job's name, or a schedule in quotes."))
        .addOption(
            Options.value("COUNT", "How many instants, at least 1. Default: 5.", "-n", "--limit"))
        .addOption(
            Options.value(
                "ZONE",
                "Zone of the schedule where it names none, and of the times shown, such as"
                    + " Europe/Berlin. Default: this machine's.",
                "--zone"))
        .addOption(
            Options.value(
                "TIME",
                "Instants after this one: 2026-03-01, 2026-03-01T13:00 or 2026-03-01T13:00:00Z."
                    + " Default: now.",
                "--from"))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  /// What is asked about.
  private record Subject(Optional<String> job, Schedule schedule, long anchorMillis) {}

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    String text = String.join(" ", Options.arguments(given));
    ZoneId zone = zoneOf(given, console);
    long from = fromOf(given, zone, console);
    long count = Options.count(given, "--limit", 1, 5);
    Subject subject = subjectOf(text, zone, from, given, console);
    if (Options.isSet(given, "--json")) {
      printLines(subject, from, count, zone, console);
    } else {
      printTable(subject, from, count, zone, console);
    }
    return Main.DONE;
  }

  /// An expression nearly always has a blank or an `@`: only other words are looked up in the store
  /// first.
  private static Subject subjectOf(
      String text, ZoneId zone, long from, ParseResult given, Console console)
      throws CommandException {
    try {
      Schedule schedule = Schedule.parse(text, zone);
      return new Subject(Optional.empty(), schedule, from);
    } catch (ScheduleSyntaxException e) {
      boolean looksLikeOne = text.startsWith("@") || text.split("\\s+", -1).length >= 5;
      if (looksLikeOne && !isJob(text, given, console)) {
        throw new CommandException("not a schedule: " + e.getMessage());
      }
      return jobOf(text, given, console);
    }
  }

  private static boolean isJob(String name, ParseResult given, Console console)
      throws CommandException {
    if (Stores.places(given, console).findExisting().isEmpty()) {
      return false;
    }
    try (History history = Stores.open(given, console)) {
      return history.book().stream().anyMatch(job -> job.name().value().equals(name));
    }
  }

  private static Subject jobOf(String name, ParseResult given, Console console)
      throws CommandException {
    try (History history = Stores.open(given, console)) {
      BookedJob job = Stores.require(name, history);
      Schedule schedule = Schedule.parse(job.schedule(), console.zone());
      return new Subject(Optional.of(name), schedule, job.anchorMillis());
    } catch (ScheduleSyntaxException e) {
      throw new CommandException("the schedule of job \"" + name + "\": " + e.getMessage());
    }
  }

  private static void printLines(
      Subject subject, long from, long count, ZoneId zone, Console console) {
    JsonLines<NextLine> lines = JsonLines.of(NextLine.class, console);
    long due = from;
    for (long i = 0; i < count; i++) {
      due = subject.schedule().next(due, subject.anchorMillis());
      if (due == Schedule.NEVER) {
        return;
      }
      Instant instant = Instant.ofEpochMilli(due);
      lines.print(
          new NextLine(
              subject.job().orElse(null),
              subject.schedule().text(),
              instant.toString(),
              RFC_3339.format(instant.atZone(zone))));
    }
  }

  private static void printTable(
      Subject subject, long from, long count, ZoneId zone, Console console) {
    long now = console.time().millis();
    long due = subject.schedule().next(from, subject.anchorMillis());
    if (due == Schedule.NEVER) {
      console
          .out()
          .println(
              subject.schedule().isTriggered()
                  ? "never by itself; \"ofelia run JOB\" runs it"
                  : "never again");
      return;
    }
    Table table = new Table("DUE (" + zone.getId() + ")", "");
    for (long i = 0; i < count && due != Schedule.NEVER; i++) {
      ZonedDateTime local = Instant.ofEpochMilli(due).atZone(zone);
      table.row(
          Table.cell(LOCAL.format(local)), new Table.Cell(Words.relative(due, now), Style.DIM));
      due = subject.schedule().next(due, subject.anchorMillis());
    }
    table.print(console);
  }

  private static ZoneId zoneOf(ParseResult given, Console console) throws CommandException {
    Optional<String> name = Options.find(given, "--zone");
    try {
      return name.map(ZoneId::of).orElse(console.zone());
    } catch (DateTimeException _) {
      throw CommandException.misuse(
          "--zone \"" + name.orElse("") + "\" is not a time zone; write one such as Europe/Berlin");
    }
  }

  private static long fromOf(ParseResult given, ZoneId zone, Console console)
      throws CommandException {
    Optional<String> text = Options.find(given, "--from");
    if (text.isEmpty()) {
      return console.time().millis();
    }
    String time = text.get().replace(' ', 'T');
    try {
      if (time.indexOf('T') < 0) {
        return LocalDate.parse(time).atStartOfDay(zone).toInstant().toEpochMilli();
      }
      boolean hasOffset = time.endsWith("Z") || time.lastIndexOf('+') > 0 || time.length() > 19;
      return hasOffset
          ? OffsetDateTime.parse(time).toInstant().toEpochMilli()
          : LocalDateTime.parse(time).atZone(zone).toInstant().toEpochMilli();
    } catch (DateTimeParseException _) {
      throw CommandException.misuse(
          "--from \""
              + text.get()
              + "\" is not a time; write 2026-03-01, 2026-03-01T13:00 or 2026-03-01T13:00:00Z");
    }
  }
}
