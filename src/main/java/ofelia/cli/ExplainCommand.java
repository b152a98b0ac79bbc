package ofelia.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import ofelia.cli.ExplainLine.DueLine;
import ofelia.cli.ExplainLine.RemarkLine;
import ofelia.cli.ExplainLine.RuleLine;
import ofelia.cli.Table.Style;
import ofelia.cron.DayMatch;
import ofelia.cron.Forecast;
import ofelia.cron.Remark;
import ofelia.cron.Schedule;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia explain`: what a schedule means, in plain English, and what one may stumble over.
final class ExplainCommand implements Command {

  /// How many instants tell the two rules for days apart.
  static final int INSTANTS_OF_RULES = 3;

  private static final DateTimeFormatter RFC_3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);
  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm", Locale.ROOT);

  @Override
  public CommandSpec spec() {
    return ScheduleQuestion.addOptions(
        Options.command(
            "explain",
            "Says a schedule in plain English, with the next instants and what clocks do to them."
                + " A schedule needs no store and no daemon.",
            "ofelia explain '0 9 1-7 * MON'",
            "ofelia explain backup -n 10",
            "ofelia explain '30 2 * * *' --zone Europe/Berlin --from 2026-03-28 --json"));
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    ScheduleQuestion question = ScheduleQuestion.of(given, console);
    Optional<Forecast.DayRules> rules =
        Forecast.dayRules(question.schedule(), question.fromMillis(), INSTANTS_OF_RULES);
    if (Options.isSet(given, "--json")) {
      JsonLines.of(ExplainLine.class, console).print(line(question, rules));
      return Main.DONE;
    }
    console.out().println(Forecast.sentence(question.schedule()));
    console.out().println();
    question.printDue(console);
    console.out().println();
    console.out().println("schedule: " + question.schedule().text());
    rules.ifPresent(both ->
        console.out().println("note: " + differ(both, question.schedule(), question.zone())));
    for (Remark caution : question.cautions()) {
      String word = console.colours() ? Style.ODD.paint("warning") : "warning";
      console.out().println(word + ": " + caution.text());
    }
    return Main.DONE;
  }

  /// How the two rules for days differ: `with day-match = either, as it is, …; with …`. In the
  /// schedule's own zone: in another one these are times of other days than those that it names.
  ///
  /// @param otherwise the zone to use where the schedule has several
  static String differ(Forecast.DayRules rules, Schedule schedule, ZoneId otherwise) {
    ZoneId zone = ScheduleQuestion.ownZone(schedule).orElse(otherwise);
    boolean isEither = rules.inForce() == DayMatch.EITHER;
    return "both day fields are restricted; with day-match = either"
        + (isEither ? ", which holds, " : " ")
        + dueOn(rules.either(), zone)
        + "; with day-match = and"
        + (isEither ? " " : ", which holds, ")
        + dueOn(rules.and(), zone);
  }

  private static String dueOn(List<Forecast.Due> due, ZoneId zone) {
    return due.isEmpty()
        ? "it is never due"
        : "it is due next on "
            + due.stream()
                .map(one -> DAY_AND_TIME.format(Instant.ofEpochMilli(one.millis()).atZone(zone)))
                .collect(Collectors.joining(", "));
  }

  private static ExplainLine line(ScheduleQuestion question, Optional<Forecast.DayRules> rules) {
    return new ExplainLine(
        question.job().orElse(null),
        question.schedule().text(),
        Forecast.sentence(question.schedule()),
        question.zone().getId(),
        lines(question),
        question.cautions().stream()
            .map(caution -> new RemarkLine(caution.column() + 1, caution.what(), caution.instead()))
            .toList(),
        rules
            .map(both ->
                new ExplainLine.DayRulesLine(
                    both.inForce().name().toLowerCase(Locale.ROOT),
                    lines(both.either(), question.zone()),
                    lines(both.and(), question.zone())))
            .orElse(null));
  }

  private static List<DueLine> lines(ScheduleQuestion question) {
    List<DueLine> lines = new ArrayList<>();
    for (Iterator<ScheduleQuestion.Due> due = question.due(); due.hasNext(); ) {
      ScheduleQuestion.Due one = due.next();
      OptionalLong begin = one.coming().begin();
      lines.add(
          new DueLine(
              Instant.ofEpochMilli(one.coming().dueMillis()).toString(),
              local(one.coming().dueMillis(), question.zone()),
              begin.isPresent() ? JsonLines.instant(begin.getAsLong()) : null,
              one.note().orElse(null)));
    }
    return lines;
  }

  private static List<RuleLine> lines(List<Forecast.Due> due, ZoneId zone) {
    return due.stream()
        .map(one ->
            new RuleLine(
                Instant.ofEpochMilli(one.millis()).toString(),
                local(one.millis(), zone),
                one.note().orElse(null)))
        .toList();
  }

  private static String local(long millis, ZoneId zone) {
    return RFC_3339.format(Instant.ofEpochMilli(millis).atZone(zone));
  }
}
