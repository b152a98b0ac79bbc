package ofelia.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ofelia.cli.Table.Style;
import ofelia.cron.Forecast;
import ofelia.cron.Remark;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleDefaults;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.cron.WrittenTime;
import ofelia.cron.ZoneNames;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.syntax.Parsed;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// What somebody asks about a schedule: a job's, or one that they write down.
///
/// @param job its name, unless the schedule was written down
/// @param cautions what its author probably did not mean
/// @param anchorMillis where `@every` counts from
/// @param zone of the times shown
/// @param fromMillis exclusive
/// @param count how many instants
record ScheduleQuestion(
    Optional<String> job,
    Schedule schedule,
    List<Remark> cautions,
    long anchorMillis,
    ZoneId zone,
    long fromMillis,
    long count) {

  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);

  /// Adds the options with which it is asked.
  static CommandSpec addOptions(CommandSpec spec) {
    return spec.addPositional(
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
        .addOption(Options.value("NAME", "The job's name from which H takes its values.", "--job"))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  static ScheduleQuestion of(ParseResult given, Console console) throws CommandException {
    String text = String.join(" ", Options.arguments(given));
    ScheduleDefaults defaults = defaultsOf(given, console);
    long from = fromOf(given, defaults.zone(), console);
    long count = Options.count(given, "--limit", 1, 5);
    try {
      Schedule.Reading reading = Schedule.read(text, defaults);
      return new ScheduleQuestion(
          Optional.empty(),
          reading.schedule(),
          reading.cautions(),
          from,
          defaults.zone(),
          from,
          count);
    } catch (ScheduleSyntaxException e) {
      // An expression nearly always has a blank or an `@`: only other words are looked up first.
      boolean looksLikeOne = text.startsWith("@") || text.split("\\s+", -1).length >= 5;
      if (looksLikeOne && !isJob(text, given, console)) {
        throw new CommandException("not a schedule: " + marked(text, e));
      }
    }
    try (History history = Stores.open(given, console)) {
      BookedJob job = Stores.require(text, history);
      Schedule.Reading reading = Schedule.read(job.schedule(), defaults);
      return new ScheduleQuestion(
          Optional.of(text),
          reading.schedule(),
          reading.cautions(),
          job.anchorMillis(),
          defaults.zone(),
          from,
          count);
    } catch (ScheduleSyntaxException e) {
      throw new CommandException("the schedule of job \"" + text + "\": " + e.getMessage());
    }
  }

  /// Zone and job's name as the options say.
  static ScheduleDefaults defaultsOf(ParseResult given, Console console) throws CommandException {
    ScheduleDefaults defaults = ScheduleDefaults.of(zoneOf(given, console));
    return Options.find(given, "--job").map(defaults::withJobName).orElse(defaults);
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

  /// What is wrong; where there are several mistakes, each with the place where it begins.
  private static String marked(String text, ScheduleSyntaxException e) {
    List<Remark> remarks = e.remarks();
    if (remarks.size() == 1) {
      return remarks.getFirst().text();
    }
    StringBuilder all = new StringBuilder(text.replaceAll("\\p{Cntrl}", " "));
    for (Remark remark : remarks) {
      all.append("\n  column ").append(remark.column() + 1).append(": ").append(remark.text());
    }
    return all.toString();
  }

  private static ZoneId zoneOf(ParseResult given, Console console) throws CommandException {
    Optional<String> name = Options.find(given, "--zone");
    if (name.isEmpty()) {
      return console.zone();
    }
    return switch (ZoneNames.parse(name.get())) {
      case Parsed.Good<ZoneId>(ZoneId zone) -> zone;
      case Parsed.Bad<ZoneId>(_, _, String advice) ->
          throw CommandException.misuse(
              "--zone \"" + name.get() + "\" is not a time zone; " + advice);
    };
  }

  private static long fromOf(ParseResult given, ZoneId zone, Console console)
      throws CommandException {
    Optional<String> text = Options.find(given, "--from");
    if (text.isEmpty()) {
      return console.time().millis();
    }
    return switch (WrittenTime.parse(text.get().replace(' ', 'T'))) {
      case Parsed.Good<WrittenTime>(WrittenTime time) -> time.beginIn(zone).toEpochMilli();
      case Parsed.Bad<WrittenTime>(_, _, String advice) ->
          throw CommandException.misuse("--from \"" + text.get() + "\" is not a time; " + advice);
    };
  }

  /// Prints the next instants as a table, or why there are none.
  void printDue(Console console) {
    int rows = (int) Math.min(count, Integer.MAX_VALUE);
    List<Forecast.Due> due = Forecast.of(schedule, fromMillis, anchorMillis, rows).due();
    if (due.isEmpty()) {
      console.out().println(whyNot());
      return;
    }
    long now = console.time().millis();
    Table table = new Table("DUE (" + zone.getId() + ")", "", "");
    for (Forecast.Due one : due) {
      table.row(
          Table.cell(LOCAL.format(Instant.ofEpochMilli(one.millis()).atZone(zone))),
          new Table.Cell(Words.relative(one.millis(), now), Style.DIM),
          new Table.Cell(one.note().orElse(""), Style.ODD));
    }
    table.print(console);
  }

  private String whyNot() {
    if (schedule.isTriggered()) {
      return "never by itself; \"ofelia run JOB\" runs it";
    }
    return schedule.isDueAtStart() ? "at each start of the daemon" : "never again";
  }
}
