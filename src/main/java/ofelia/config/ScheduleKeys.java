package ofelia.config;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ofelia.cron.DayMatch;
import ofelia.cron.Dst;
import ofelia.cron.WrittenTime;
import ofelia.cron.ZoneNames;
import ofelia.model.Key;
import ofelia.model.ValueSyntaxException;
import ofelia.model.ValueType;
import ofelia.syntax.Parsed;

/// Keys that say when a job is due. They are read into the schedule of a [ofelia.model.JobSpec],
/// not into its settings.
public final class ScheduleKeys {

  private ScheduleKeys() {}

  public static final Key<List<String>> SCHEDULE =
      NewKey.list(
          "schedule",
          Places.EVERY_JOB,
          "When the job is due: five to seven cron fields, `@hourly` and its kin, `@every DURATION`,"
              + " `@at TIME`, `@reboot`, or `@triggered` for never by itself. Repeat the key, or"
              + " write `|` between, for several schedules.",
          "30 3 * * MON-FRI");

  public static final Key<ZoneId> TIMEZONE =
      NewKey.optional(
          "timezone",
          new Zone(),
          Places.EVERY_JOB_GLOBALS_AND_CALENDARS,
          "The time zone of the schedule, or of the calendar; otherwise the daemon's own (`TZ`). `CRON_TZ=ZONE` before a"
              + " schedule is stronger.",
          "Europe/Berlin");

  public static final Key<String> DAY_MATCH =
      NewKey.of(
          "day-match",
          KeyTypes.words(List.of("either", "and"), Map.of("or", "either", "both", "and")),
          "either",
          Places.EVERY_JOB_AND_GLOBALS,
          "When day of month and day of week are both restricted: `either` of them is enough, or a"
              + " day must match this one `and` that one.",
          "and");

  public static final Key<String> DST =
      NewKey.of(
          "dst",
          KeyTypes.words(List.of("auto", "once", "elapsed", "literal"), Map.of()),
          "auto",
          Places.EVERY_JOB_AND_GLOBALS,
          "When clocks change: `once` counts each time of the clock once, `elapsed` follows real"
              + " time, `literal` leaves out what clocks skip and repeats what they repeat. `auto` is"
              + " `elapsed` where minute or hour begin with `*`, else `once`.",
          "literal");

  public static final Key<WrittenTime> VALID_FROM =
      NewKey.optional(
          "valid-from",
          new Moment(),
          Places.EVERY_JOB,
          "Not due before this time: `2027-01-31`, `2027-01-31T03:00` in the job's zone, or"
              + " `2027-01-31T02:00:00Z`.",
          "2027-01-31");

  public static final Key<WrittenTime> VALID_UNTIL =
      NewKey.optional(
          "valid-until",
          new Moment(),
          Places.EVERY_JOB,
          "Not due from this time on, written in the same ways. Of a date the day itself still"
              + " counts.",
          "2027-12-31");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(SCHEDULE, TIMEZONE, DAY_MATCH, DST, VALID_FROM, VALID_UNTIL);

  /// What a word of [#DAY_MATCH] stands for.
  static DayMatch dayMatch(String word) {
    return DayMatch.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /// What a word of [#DST] stands for.
  static Dst dst(String word) {
    return Dst.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static <T> T orThrow(Parsed<T> parsed) throws ValueSyntaxException {
    return switch (parsed) {
      case Parsed.Good<T>(T value) -> value;
      case Parsed.Bad<T>(int column, String found, String advice) ->
          throw new ValueSyntaxException(found, advice, column - 1);
    };
  }

  private record Zone() implements ValueType<ZoneId> {

    @Override
    public String word() {
      return "time zone";
    }

    @Override
    public ZoneId parse(String text) throws ValueSyntaxException {
      return orThrow(ZoneNames.parse(text));
    }

    @Override
    public String format(ZoneId value) {
      return value.getId();
    }
  }

  private record Moment() implements ValueType<WrittenTime> {

    @Override
    public String word() {
      return "time";
    }

    @Override
    public WrittenTime parse(String text) throws ValueSyntaxException {
      return orThrow(WrittenTime.parse(text));
    }

    @Override
    public String format(WrittenTime value) {
      return value.text();
    }
  }
}
