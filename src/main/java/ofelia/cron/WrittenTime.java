package ofelia.cron;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import ofelia.syntax.Parsed;

/// A point in time as a person writes it. Fractions of a second are cut.
///
/// - `2027-01-01T02:00:00Z`, `2027-01-01T03:00+01:00`: an instant, in any zone,
/// - `2027-01-01T03:00`, `2027-01-01T03:00:30`: local time,
/// - `2027-01-01`: a day.
public sealed interface WrittenTime {

  /// The same for all zones.
  record Fixed(Instant instant) implements WrittenTime {}

  /// What clocks show.
  record Local(LocalDateTime time) implements WrittenTime {}

  /// A day, whole.
  record Day(LocalDate date) implements WrittenTime {}

  int LONGEST = 40;

  /// Reads it, with `T` or `t` between date and time; years go from 0 to 9999.
  static Parsed<WrittenTime> parse(String text) {
    String upper = text.length() > LONGEST ? "" : text.replace('t', 'T').replace('z', 'Z');
    try {
      if (upper.isEmpty() || !Character.isDigit(upper.charAt(0))) {
        return bad(text);
      }
      int t = upper.indexOf('T');
      if (t < 0) {
        return Parsed.good(new Day(LocalDate.parse(upper)));
      }
      boolean hasOffset =
          upper.endsWith("Z") || upper.indexOf('+', t) > 0 || upper.indexOf('-', t) > 0;
      return Parsed.good(
          hasOffset
              ? new Fixed(OffsetDateTime.parse(upper).toInstant().truncatedTo(ChronoUnit.SECONDS))
              : new Local(LocalDateTime.parse(upper).truncatedTo(ChronoUnit.SECONDS)));
    } catch (DateTimeException _) {
      // The parser's own words are about its pattern; the forms that there are say more.
      return bad(text);
    }
  }

  private static Parsed<WrittenTime> bad(String text) {
    return Parsed.bad(
        1,
        Quoted.of(text) + " is not a time",
        "write 2027-01-31, 2027-01-31T03:00 or 2027-01-31T02:00:00Z");
  }

  /// Text that [#parse] reads back to an equal time.
  default String text() {
    return switch (this) {
      case Fixed(Instant instant) -> instant.toString();
      case Local(LocalDateTime time) -> time.toString();
      case Day(LocalDate date) -> date.toString();
    };
  }

  /// The first moment of it: of local time that clocks skip the moment after the gap, of local time
  /// that comes twice the first pass, of a day its first moment.
  default Instant beginIn(ZoneId zone) {
    return switch (this) {
      case Fixed(Instant instant) -> instant;
      case Local(LocalDateTime time) -> firstMoment(time, zone);
      case Day(LocalDate date) -> firstMoment(date.atStartOfDay(), zone);
    };
  }

  /// As [#beginIn], but of a day the first moment after it.
  default Instant endIn(ZoneId zone) {
    return this instanceof Day(LocalDate date)
        ? firstMoment(date.plusDays(1).atStartOfDay(), zone)
        : beginIn(zone);
  }

  /// The first moment at which clocks of a zone show a time or, if they skip it, a later one.
  static Instant firstMoment(LocalDateTime time, ZoneId zone) {
    ZonedDateTime shown = ZonedDateTime.ofLocal(time, zone, null);
    return shown.toLocalDateTime().equals(time)
        ? shown.toInstant()
        : zone.getRules().getTransition(time).getInstant();
  }
}
