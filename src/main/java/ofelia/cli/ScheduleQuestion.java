package ofelia.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ofelia.cli.Table.Style;
import ofelia.cron.AnyOf;
import ofelia.cron.CronSchedule;
import ofelia.cron.Every;
import ofelia.cron.Forecast;
import ofelia.cron.Never;
import ofelia.cron.Once;
import ofelia.cron.Remark;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleDefaults;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.cron.Within;
import ofelia.cron.WrittenTime;
import ofelia.cron.ZoneNames;
import ofelia.engine.Outlook;
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
/// @param outlook when its runs begin
/// @param zone of the times shown
/// @param fromMillis exclusive
/// @param count how many instants
record ScheduleQuestion(
    Optional<String> job,
    Schedule schedule,
    List<Remark> cautions,
    long anchorMillis,
    Outlook outlook,
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
                    + " Europe/Berlin. Default: the schedule's, else this machine's.",
                "--zone"))
        .addOption(
            Options.value(
                "TIME",
                "Instants after this one: 2026-03-01, 2026-03-01T13:00 or 2026-03-01T13:00:00Z,"
                    + " in the zone of the times shown. Default: now.",
                "--from"))
        .addOption(Options.value("NAME", "The job's name from which H takes its values.", "--job"))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  static ScheduleQuestion of(ParseResult given, Console console) throws CommandException {
    String text = String.join(" ", Options.arguments(given));
    ScheduleDefaults defaults = defaultsOf(given, console);
    try {
      Schedule.Reading reading = Schedule.read(text, defaults);
      Times times = Times.of(reading.schedule(), defaults, given, console);
      return new ScheduleQuestion(
          Optional.empty(),
          reading.schedule(),
          reading.cautions(),
          times.fromMillis,
          Outlook.of(reading.schedule(), times.fromMillis),
          times.zone,
          times.fromMillis,
          times.count);
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
      Times times = Times.of(reading.schedule(), defaults, given, console);
      return new ScheduleQuestion(
          Optional.of(text),
          reading.schedule(),
          reading.cautions(),
          job.anchorMillis(),
          Outlooks.of(history)
              .of(job)
              .orElseGet(() -> Outlook.of(reading.schedule(), job.anchorMillis())),
          times.zone,
          times.fromMillis,
          times.count);
    } catch (ScheduleSyntaxException e) {
      throw new CommandException("the schedule of job \"" + text + "\": " + e.getMessage());
    }
  }

  /// Which instants are asked for, and how they are shown.
  private record Times(ZoneId zone, long fromMillis, long count) {

    static Times of(
        Schedule schedule, ScheduleDefaults defaults, ParseResult given, Console console)
        throws CommandException {
      ZoneId zone =
          Options.find(given, "--zone").isPresent()
              ? defaults.zone()
              : ownZone(schedule).orElse(defaults.zone());
      return new Times(zone, fromOf(given, zone, console), Options.count(given, "--limit", 1, 5));
    }
  }

  /// The zone of a schedule's fields; empty for one without fields, and for several that are in
  /// different zones.
  static Optional<ZoneId> ownZone(Schedule schedule) {
    List<ZoneId> zones =
        schedule.alternatives().stream().flatMap(ScheduleQuestion::zones).distinct().toList();
    return zones.size() == 1 ? Optional.of(zones.getFirst()) : Optional.empty();
  }

  private static Stream<ZoneId> zones(Schedule schedule) {
    return switch (schedule) {
      case Within(Schedule inner, _, _) -> zones(inner);
      case CronSchedule cron -> Stream.of(cron.zone());
      case Once once -> Stream.ofNullable(once.zone());
      case AnyOf _, Every _, Never _ -> Stream.empty();
    };
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

  /// A due instant.
  ///
  /// @param note what a change of the clocks has to do with it, and why its run does not begin then
  record Due(Outlook.Coming coming, Optional<String> note) {}

  /// The instants asked for, each found when it is asked for.
  Iterator<Due> due() {
    Iterator<Outlook.Coming> all = outlook.after(fromMillis);
    return new Iterator<>() {
      private long given;

      @Override
      public boolean hasNext() {
        return given < count && all.hasNext();
      }

      @Override
      public Due next() {
        given++;
        Outlook.Coming coming = all.next();
        String note =
            Stream.of(
                    Forecast.clockChangeAt(schedule, coming.dueMillis(), anchorMillis),
                    Outlooks.note(coming, zone))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
        return new Due(coming, Optional.of(note).filter(text -> !text.isEmpty()));
      }
    };
  }

  /// Prints the next instants as a table, or why there are none.
  void printDue(Console console) {
    Iterator<Due> due = due();
    if (!due.hasNext()) {
      console.out().println(whyNot());
      return;
    }
    long now = console.time().millis();
    Table table = new Table("DUE (" + zone.getId() + ")", "", "");
    boolean anyBegins = false;
    while (due.hasNext()) {
      Due one = due.next();
      anyBegins |= one.coming.begin().isPresent();
      table.row(
          Table.cell(local(one.coming.dueMillis())),
          new Table.Cell(Words.relative(one.coming.dueMillis(), now), Style.DIM),
          new Table.Cell(one.note.orElse(""), Style.ODD));
    }
    table.print(console);
    if (!anyBegins) {
      console
          .out()
          .println(
              outlook
                  .first(fromMillis)
                  .flatMap(first -> first.begin().stream().boxed().findFirst())
                  .map(begin -> "the first run begins " + local(begin))
                  .orElse("no run begins: " + Outlooks.none(outlook, fromMillis)));
    }
  }

  private String local(long millis) {
    return LOCAL.format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  private String whyNot() {
    if (schedule.isTriggered()) {
      return "never by itself; \"ofelia run JOB\" runs it";
    }
    return schedule.isDueAtStart() ? "at each start of the daemon" : "never again";
  }
}
