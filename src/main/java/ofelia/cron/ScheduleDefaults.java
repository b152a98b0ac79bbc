package ofelia.cron;

import java.time.ZoneId;
import java.util.Optional;

/// What holds where the text of a schedule does not say it.
///
/// @param zone of a text that names none, and of the zone name `Local`
/// @param dayMatch of a text without `DAY_MATCH=`
/// @param dst of a text without `DST=`
/// @param jobName what `H` is computed from; without it a text with `H` is refused
public record ScheduleDefaults(ZoneId zone, DayMatch dayMatch, Dst dst, Optional<String> jobName) {

  /// The program's own defaults in a zone.
  public static ScheduleDefaults of(ZoneId zone) {
    return new ScheduleDefaults(zone, DayMatch.EITHER, Dst.AUTO, Optional.empty());
  }

  public ScheduleDefaults withZone(ZoneId other) {
    return new ScheduleDefaults(other, dayMatch, dst, jobName);
  }

  public ScheduleDefaults withDayMatch(DayMatch other) {
    return new ScheduleDefaults(zone, other, dst, jobName);
  }

  public ScheduleDefaults withDst(Dst other) {
    return new ScheduleDefaults(zone, dayMatch, other, jobName);
  }

  public ScheduleDefaults withJobName(String name) {
    return new ScheduleDefaults(zone, dayMatch, dst, Optional.of(name));
  }
}
