package ofelia.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/// When something is due: a row of instants, unending or not, or none.
///
/// # Grammar
///
/// ```
/// schedule = one { "|" one }                                 due when any of them is
/// one      = { prefix } ( fields | descriptor )
/// prefix   = ( "TZ=" | "CRON_TZ=" ) zone
///          | "DAY_MATCH=" ( "either" | "and" )
///          | "DST=" ( "auto" | "once" | "elapsed" | "literal" )
///          | "FROM=" time | "UNTIL=" time                    from inclusive, until exclusive
/// fields   = [second] minute hour day-of-month month day-of-week [year]
/// field    = part { "," part }
/// part     = ( "*" | "?" | value [ "-" value ] | hash ) [ "/" step ]
/// hash     = "H" [ "(" value "-" value ")" ]
/// ```
///
/// | field | values | names | also |
/// |---|---|---|---|
/// | second, minute | 0-59 | | |
/// | hour | 0-23 | | |
/// | day of month | 1-31 | | `L` `L-n` `LW` `L-nW` `nW` |
/// | month | 1-12 | `jan` to `dec`, any case | |
/// | day of week | 0-7, Sunday is 0 and 7 | `sun` to `sat`, any case | `D#n` `D#L` `DL` |
/// | year | 1-9999 | | no `H` |
///
/// Five fields begin with the minute and mean second 0. Six begin with the second too, unless a
/// number from 100 on stands in the last one: then that is the year. Seven have both. `?` means
/// `*`. A range may wrap (`22-2`, `FRI-MON`), but for years. `N/STEP` counts from N to the field's
/// greatest value. A step above 1 must be smaller than the number of values it steps over.
///
/// `L` is the last day of the month, `L-n` the n-th before it, `nW` the day from Monday to Friday
/// that is nearest to day n and in the same month, `LW` that of the last day; `FRI#2` or `5#2` is
/// the second Friday, `FRI#L`, `FRIL` and `5L` the last one. `H` stands for a value computed from
/// the job's name, `H/15` for each 15th from such a value on; days of the month then end at 28.
///
/// When both day fields are restricted, a day matches if **either** does, as in crontab(5), or if
/// both do under [DayMatch#AND]; a field is restricted unless one of its parts is a plain `*`, so
/// `*/2` restricts.
///
/// | descriptor | means |
/// |---|---|
/// | `@yearly` `@annually` | `0 0 1 1 *` |
/// | `@monthly` | `0 0 1 * *` |
/// | `@weekly` | `0 0 * * 0` |
/// | `@daily` `@midnight` | `0 0 * * *` |
/// | `@hourly` | `0 * * * *` |
/// | `@every DURATION` | each DURATION from an anchor: `90s`, `1h30m`, `2d`, at least `1s`, fractions of a second are cut |
/// | `@at TIME [ZONE]` | once: `2027-01-01T03:00 Europe/Berlin`, `2027-01-01T02:00:00Z` |
/// | `@reboot` | once at each start of the daemon |
/// | `@triggered` `@manual` `@none` | never by itself |
///
/// Descriptors, prefixes and their words may be written in any case.
///
/// # Instants
///
/// The methods on `long` take and give milliseconds since 1970-01-01T00:00:00Z and allocate nothing
/// once a zone's current offset is known. Due instants are whole seconds, those of `@every` as
/// exact as their anchor. None lies after the year 9999.
///
/// Immutable, safe for any thread. Two schedules are equal when their [#text()] is.
public sealed interface Schedule permits AnyOf, CronSchedule, Every, Never, Once, Within {

  /// What [#next(long, long)] gives when nothing is due any more.
  long NEVER = Long.MAX_VALUE;

  /// The first due instant strictly after `afterMillis`, or [#NEVER].
  ///
  /// @param anchorMillis where `@every` counts from: it is due at anchor + n·interval, n ≥ 1.
  ///   Others ignore it.
  long next(long afterMillis, long anchorMillis);

  /// The first due instant strictly after `after`, empty when there is none.
  ///
  /// @param anchor as for [#next(long, long)], cut to milliseconds like `after`
  default Optional<Instant> next(Instant after, Instant anchor) {
    long due = next(after.toEpochMilli(), anchor.toEpochMilli());
    return due == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due));
  }

  /// The due instants strictly after `afterMillis` up to and including `throughMillis`, as one
  /// stretch. The work grows with the days between the two, not with the number of instants: safe
  /// for years of `* * * * * *`. Of several schedules joined by `|` it grows with the instants of
  /// all but the densest.
  Stretch passed(long afterMillis, long throughMillis, long anchorMillis);

  /// The text that parses back to an equal schedule whatever the defaults are then. A cron
  /// schedule's begins with its zone: `CRON_TZ=Europe/Berlin 0 3 * * *`. `H` is resolved.
  String text();

  /// Whether this means an interval and follows elapsed time, as `@every` does and a cron schedule
  /// of [Dst#ELAPSED]. Others name fixed times.
  default boolean isInterval() {
    return false;
  }

  /// Whether this is never due by itself (`@triggered`, `@manual`, `@none`), only when something
  /// else triggers it.
  default boolean isTriggered() {
    return this instanceof Never never && never != Never.REBOOT;
  }

  /// Whether each start of the daemon is an occasion too (`@reboot`). That is not an instant, and
  /// the other methods know nothing of it.
  default boolean isDueAtStart() {
    return this == Never.REBOOT;
  }

  /// Whether there is an instant at all at which it is or was due, for some anchor.
  default boolean hasInstants() {
    return switch (this) {
      case Every _ -> true;
      case Within(Schedule inner, long from, long until) ->
          from < until && (inner instanceof Every || next(Long.MIN_VALUE, 0) != NEVER);
      case AnyOf anyOf -> anyOf.alternatives().stream().anyMatch(Schedule::hasInstants);
      case CronSchedule _, Never _, Once _ -> next(Long.MIN_VALUE, 0) != NEVER;
    };
  }

  /// The schedules of which this one is made: itself, or those that `|` joins.
  default List<Schedule> alternatives() {
    return List.of(this);
  }

  /// This schedule without the instants before `fromMillis`, and from `untilMillis` on.
  ///
  /// @param fromMillis inclusive, `Long.MIN_VALUE` for no bound
  /// @param untilMillis exclusive, [#NEVER] for no bound
  default Schedule within(long fromMillis, long untilMillis) {
    return Within.of(this, fromMillis, untilMillis);
  }

  /// Reads a schedule, with the program's own defaults.
  ///
  /// @param defaultZone the zone when the text names none, and of the zone name `Local`
  /// @throws ScheduleSyntaxException when the text is no schedule, or one that could never be due
  static Schedule parse(String text, ZoneId defaultZone) throws ScheduleSyntaxException {
    return parse(text, ScheduleDefaults.of(defaultZone));
  }

  /// Reads a schedule.
  ///
  /// @throws ScheduleSyntaxException when the text is no schedule, or one that could never be due
  static Schedule parse(String text, ScheduleDefaults defaults) throws ScheduleSyntaxException {
    return read(text, defaults).schedule();
  }

  /// Reads a schedule, and what deserves a look although it can stand.
  ///
  /// @throws ScheduleSyntaxException when the text is no schedule, or one that could never be due
  static Reading read(String text, ScheduleDefaults defaults) throws ScheduleSyntaxException {
    return new ScheduleParser(text, defaults).read();
  }

  /// A schedule as it was read.
  ///
  /// @param cautions what its author probably did not mean
  record Reading(Schedule schedule, List<Remark> cautions) {

    public Reading {
      cautions = List.copyOf(cautions);
    }
  }
}
