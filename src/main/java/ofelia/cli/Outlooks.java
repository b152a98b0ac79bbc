package ofelia.cli;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import ofelia.calendar.Calendar;
import ofelia.calendar.CalendarBook;
import ofelia.config.SpecText;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.engine.Outlook;
import ofelia.engine.Outlook.Coming;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;

/// When jobs of the book run next, and how that is said.
///
/// @param calendars those in force, by name
record Outlooks(Map<String, Calendar> calendars) {

  static Outlooks of(History history) {
    return new Outlooks(CalendarBook.read(history.calendars()));
  }

  /// What is to come of a job. Of one that another version of the program wrote no more than its
  /// schedule may be known.
  ///
  /// @return empty when not even that can be read; the daemon says so in its log
  Optional<Outlook> of(BookedJob job) {
    Optional<Outlook> whole =
        SpecText.read(
                job.name(), job.kind(), job.source(), job.schedule(), job.spec(), ZoneOffset.UTC)
            .map(spec -> Outlook.of(spec, job.anchorMillis(), calendars));
    if (whole.isPresent()) {
      return whole;
    }
    try {
      Schedule schedule = Schedule.parse(job.schedule(), ZoneOffset.UTC);
      return Optional.of(Outlook.of(schedule, job.anchorMillis()));
    } catch (ScheduleSyntaxException _) {
      return Optional.empty();
    }
  }

  /// Why a due instant is no time at which a run begins; empty for nearly all.
  static Optional<String> note(Coming coming, ZoneId zone) {
    if (coming.begin().isEmpty()) {
      return coming.why().map(why -> "left out: " + why);
    }
    return coming.isDelayed()
        ? coming
            .why()
            .map(why ->
                "begins at " + Words.local(coming.begin().getAsLong(), zone) + " (" + why + ")")
        : Optional.empty();
  }

  /// What stands in the place of a time when there is none.
  static String none(Outlook outlook, long nowMillis) {
    if (outlook.isHeldBack()) {
      return "held back";
    }
    return outlook.after(nowMillis).hasNext() ? "not allowed by calendars" : "never";
  }
}
