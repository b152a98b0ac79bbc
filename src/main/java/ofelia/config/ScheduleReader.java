package ofelia.config;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.config.SectionReader.Section;
import ofelia.cron.Never;
import ofelia.cron.Remark;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleDefaults;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.cron.WrittenTime;
import ofelia.model.Key;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;

/// Puts the keys that say when a job is due together into one [Schedule].
final class ScheduleReader {

  private final Settings global;
  private final ZoneId zone;
  private final Remarks remarks;

  /// @param global what jobs inherit from
  /// @param zone of schedules when nobody names one
  /// @param remarks gets what the author of a schedule probably did not mean
  ScheduleReader(Settings global, ZoneId zone, Remarks remarks) {
    this.global = global;
    this.zone = zone;
    this.remarks = remarks;
  }

  /// The schedule of a job; never due when it cannot be read or is missing.
  ///
  /// @param problems gets what is wrong
  Schedule read(JobDraft draft, Section section, List<Problem> problems) {
    Lines lines = Lines.of(draft);
    if (lines.text().isEmpty()) {
      return Never.NONE;
    }
    Settings job = section.settings();
    ScheduleDefaults defaults =
        new ScheduleDefaults(
            job.find(ScheduleKeys.TIMEZONE)
                .or(() -> global.find(ScheduleKeys.TIMEZONE))
                .orElse(zone),
            ScheduleKeys.dayMatch(nearest(job, ScheduleKeys.DAY_MATCH)),
            ScheduleKeys.dst(nearest(job, ScheduleKeys.DST)),
            Optional.of(draft.name().value()));
    String subject = draft.subject().apply(ScheduleKeys.SCHEDULE.name());
    try {
      Schedule.Reading reading = Schedule.read(lines.text(), defaults);
      for (Remark caution : reading.cautions()) {
        remarks.warn(lines.originAt(caution.column()), subject, caution.what(), caution.instead());
      }
      return bounded(reading.schedule(), defaults.zone(), draft, section, problems);
    } catch (ScheduleSyntaxException e) {
      for (Remark error : e.remarks()) {
        problems.add(
            Problem.error(lines.originAt(error.column()), subject, error.what(), error.instead()));
      }
      return Never.NONE;
    }
  }

  /// What the job says, else `[global]`, else the fallback.
  private <T> T nearest(Settings job, Key<T> key) {
    return (job.isWritten(key) ? job : global).get(key);
  }

  private static Schedule bounded(
      Schedule schedule, ZoneId zone, JobDraft draft, Section section, List<Problem> problems) {
    Optional<WrittenTime> from = section.settings().find(ScheduleKeys.VALID_FROM);
    Optional<WrittenTime> until = section.settings().find(ScheduleKeys.VALID_UNTIL);
    if (from.isEmpty() && until.isEmpty()) {
      return schedule;
    }
    Schedule bounded =
        schedule.within(
            from.map(time -> time.beginIn(zone).toEpochMilli()).orElse(Long.MIN_VALUE),
            until.map(time -> time.endIn(zone).toEpochMilli()).orElse(Schedule.NEVER));
    if (schedule.hasInstants() && !bounded.hasInstants()) {
      Key<?> key = until.isPresent() ? ScheduleKeys.VALID_UNTIL : ScheduleKeys.VALID_FROM;
      Written written = section.from().get(key);
      problems.add(
          Problem.error(
              written == null ? draft.origin() : written.valueOrigin(),
              draft.subject().apply(key.name()),
              "leaves no instant at which the job would be due",
              "write other bounds, or another schedule"));
    }
    return bounded;
  }

  /// All schedules of a job as one text, and where its pieces were written.
  private record Lines(String text, List<Written> written, List<Integer> begins) {

    static Lines of(JobDraft draft) {
      List<Written> written =
          draft.written().stream()
              .filter(w -> Keys.find(w.key()).filter(k -> k == ScheduleKeys.SCHEDULE).isPresent())
              .filter(w -> !w.value().isBlank())
              .toList();
      StringBuilder text = new StringBuilder();
      List<Integer> begins = new ArrayList<>();
      for (Written one : written) {
        text.append(text.isEmpty() ? "" : "|");
        begins.add(text.length());
        text.append(one.value());
      }
      return new Lines(text.toString(), written, begins);
    }

    Origin originAt(int column) {
      int line = begins.size() - 1;
      while (line > 0 && begins.get(line) > column) {
        line--;
      }
      int inLine = Math.min(column - begins.get(line), written.get(line).value().length());
      return written.get(line).originAt(inLine);
    }
  }
}
