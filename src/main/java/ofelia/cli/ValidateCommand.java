package ofelia.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import ofelia.app.Substitutes;
import ofelia.cli.Table.Style;
import ofelia.config.Configuration;
import ofelia.config.ConfigurationReader;
import ofelia.config.Overrides;
import ofelia.config.PastSchedules;
import ofelia.cron.Forecast;
import ofelia.cron.Schedule;
import ofelia.engine.Outlook;
import ofelia.model.JobSpec;
import ofelia.model.Problem;
import ofelia.source.IniSource;
import ofelia.syntax.Glob;
import ofelia.time.SystemCrew;
import ofelia.web.ProblemLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia validate`: what is wrong with a configuration, and what is understood of it.
final class ValidateCommand implements Command {

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
                "validate",
                "Checks a configuration: all problems at once, with file, line and column, and the"
                    + " jobs as they are understood. Exit code 1 when any of them is an error.",
                "ofelia validate --config examples/quickstart.ini",
                "ofelia validate --config '/etc/ofelia/*.ini' --json")
            .addOption(
                Options.flag(
                    "The problems alone, as one JSON object a line, for programs.", "--json"));
    Map<String, String> exitCodes = new LinkedHashMap<>();
    exitCodes.put("0", "no errors; there may be warnings");
    exitCodes.put("1", "errors");
    spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(exitCodes);
    return spec;
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    String path = ConfigOption.pathOf(given, console.environment());
    if (!Glob.isPattern(path) && Files.notExists(Path.of(path))) {
      throw new CommandException("there is no file \"" + path + "\"; name one with --config");
    }
    Configuration configuration = read(path, console);
    List<Problem> problems = new ArrayList<>(configuration.allProblems());
    problems.addAll(PastSchedules.warnings(configuration.jobs(), console.time().millis()));
    List<ProblemLine> notes = notes(configuration.jobs(), console);
    if (Options.isSet(given, "--json")) {
      JsonLines<ProblemLine> lines = JsonLines.of(ProblemLine.class, console);
      problems.forEach(problem -> lines.print(ProblemLine.of(problem)));
      notes.forEach(lines::print);
    } else {
      printJobs(configuration, console);
      console.out().flush();
      notes.forEach(note -> console.err().println("note: " + note.toProblem().text()));
      printProblems(problems, console);
      console.err().println(summary(configuration, problems));
    }
    return configuration.hasErrors() ? Main.FAILED : Main.DONE;
  }

  /// Reads as the daemon would, environment included.
  private static Configuration read(String path, Console console) {
    Map<String, String> environment = console.environment();
    ConfigurationReader reader =
        new ConfigurationReader(
            new Substitutes(environment)::find,
            console.zone(),
            Overrides.read(Map.of(), name -> Optional.ofNullable(environment.get(name))));
    return new IniSource(path, reader, console.time(), new SystemCrew()).load();
  }

  private static void printJobs(Configuration configuration, Console console) {
    List<JobSpec> jobs = configuration.jobs();
    if (jobs.isEmpty()) {
      return;
    }
    Table table = new Table("JOB", "KIND", "NEXT", "", "SCHEDULE", "AT");
    long now = console.time().millis();
    for (JobSpec job : jobs) {
      Outlook outlook = Outlook.of(job, now, configuration.calendars().byName());
      OptionalLong next =
          outlook.first(now).map(Outlook.Coming::begin).orElse(OptionalLong.empty());
      table.row(
          Table.cell(job.name().value()),
          Table.cell(job.kind().word()),
          next.isPresent()
              ? Table.cell(Words.local(next.getAsLong(), console.zone()))
              : new Table.Cell(
                  Outlooks.none(outlook, now), outlook.isHeldBack() ? Style.BAD : Style.PLAIN),
          new Table.Cell(next.isPresent() ? Words.relative(next.getAsLong(), now) : "", Style.DIM),
          Table.cell(job.isQuarantined() ? "" : job.schedule().text()),
          new Table.Cell(job.origin().toString(), Style.DIM));
    }
    table.print(console);
  }

  /// What is in order, and worth knowing: a schedule that would be due on other days if both day
  /// fields had to match.
  private static List<ProblemLine> notes(List<JobSpec> jobs, Console console) {
    List<ProblemLine> notes = new ArrayList<>();
    long now = console.time().millis();
    for (JobSpec job : jobs) {
      Schedule schedule = job.schedule();
      if (!job.isQuarantined()) {
        Forecast.dayRules(schedule, now, ExplainCommand.INSTANTS_OF_RULES)
            .map(rules -> note(job, ExplainCommand.differ(rules, schedule, console.zone()), ""))
            .ifPresent(notes::add);
      }
    }
    return notes;
  }

  private static ProblemLine note(JobSpec job, String found, String advice) {
    return new ProblemLine(
        "note",
        job.origin().place(),
        job.origin().line(),
        job.origin().column(),
        "job \"" + job.name() + "\" schedule",
        found,
        advice);
  }

  private static void printProblems(List<Problem> problems, Console console) {
    for (Problem problem : problems) {
      String word = problem.severity().word();
      console
          .err()
          .println(
              (console.colours() ? (problem.isError() ? Style.BAD : Style.ODD).paint(word) : word)
                  + ": "
                  + problem.text());
    }
  }

  static String summary(Configuration configuration, List<Problem> problems) {
    long errors = problems.stream().filter(Problem::isError).count();
    long heldBack = configuration.jobs().stream().filter(JobSpec::isQuarantined).count();
    String verdict =
        errors > 0 ? "not valid" : heldBack > 0 ? "valid, but not all will run" : "valid";
    return String.format(
        Locale.ROOT,
        "%s: %s%s, %s, %s",
        verdict,
        counted(configuration.jobs().size(), "job"),
        heldBack == 0 ? "" : ", " + heldBack + " held back",
        counted(errors, "error"),
        counted(problems.size() - errors, "warning"));
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
