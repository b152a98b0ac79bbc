package ofelia.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/// When something is due: an unending row of instants, or none.
///
/// # Grammar
///
/// ```
/// schedule = [ ("TZ=" | "CRON_TZ=") zone ] ( fields | descriptor )
/// fields   = [second] minute hour day-of-month month day-of-week
/// field    = part { "," part }
/// part     = ( "*" | "?" | value [ "-" value ] ) [ "/" step ]
/// ```
///
/// | field | values | names |
/// |---|---|---|
/// | second, minute | 0-59 | |
/// | hour | 0-23 | |
/// | day of month | 1-31 | |
/// | month | 1-12 | `jan` to `dec`, any case |
/// | day of week | 0-7, Sunday is 0 and 7 | `sun` to `sat`, any case |
///
/// Five fields begin with the minute and mean second 0; six begin with the second. `?` means `*`. A
/// range may wrap (`22-2`, `FRI-MON`). `N/STEP` counts from N to the field's greatest value. A step
/// above 1 must be smaller than the number of values it steps over. When both day fields are
/// restricted, a day matches if **either** does, as in crontab(5); a field is restricted unless one
/// of its parts is a plain `*`, so `*/2` restricts.
///
/// | descriptor | means |
/// |---|---|
/// | `@yearly` `@annually` | `0 0 1 1 *` |
/// | `@monthly` | `0 0 1 * *` |
/// | `@weekly` | `0 0 * * 0` |
/// | `@daily` `@midnight` | `0 0 * * *` |
/// | `@hourly` | `0 * * * *` |
/// | `@every DURATION` | each DURATION from an anchor: `90s`, `1h30m`, at least `1s`, fractions of a second are cut |
/// | `@triggered` `@manual` `@none` | never by itself |
///
/// # Instants
///
/// The methods on `long` take and give milliseconds since 1970-01-01T00:00:00Z and allocate nothing
/// once a zone's current offset is known. Due instants are whole seconds, those of `@every` as
/// exact as their anchor.
///
/// Immutable, safe for any thread. Two schedules are equal when their [#text()] is.
public sealed interface Schedule permits CronSchedule, Every, Never {

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
  /// for years of `* * * * * *`.
  Stretch passed(long afterMillis, long throughMillis, long anchorMillis);

  /// The text that parses back to an equal schedule whatever the default zone is then. A cron
  /// schedule's begins with its zone: `CRON_TZ=Europe/Berlin 0 3 * * *`.
  String text();

  /// Whether this is never due by itself (`@triggered`, `@manual`, `@none`), only when something
  /// else triggers it.
  default boolean isTriggered() {
    return this instanceof Never;
  }

  /// Reads a schedule.
  ///
  /// @param defaultZone the zone when the text names none, and of the zone name `Local`
  /// @throws ScheduleSyntaxException when the text is no schedule, or one that could never be due
  static Schedule parse(String text, ZoneId defaultZone) throws ScheduleSyntaxException {
    return new ScheduleParser(text, defaultZone).parse();
  }
}
