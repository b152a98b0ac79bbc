package ofelia.calendar;

import java.time.ZoneId;
import java.util.List;

/// A named set of instants.
///
/// # How the end of a stretch is found
///
/// Each rule answers two questions: whether it holds an instant, and the next instant at which that
/// may change. So the end of a stretch is found by going from change to change until the calendar
/// no longer holds, whatever rules and exceptions meet there.
///
/// Immutable, safe for any thread.
///
/// @param zone whose wall clocks the rules are about
/// @param rules what belongs to the set: any of them suffices
/// @param except what does not, even where a rule says so
public record Calendar(String name, ZoneId zone, List<CalendarRule> rules, List<Calendar> except) {

  /// What [#endMillis] gives for a stretch without an end in sight.
  public static final long NEVER = Long.MAX_VALUE;

  /// How far ahead the end of a stretch is looked for: two years.
  private static final long SEARCH_MILLIS = 2L * 366 * 24 * 3600 * 1000;

  public Calendar {
    rules = List.copyOf(rules);
    except = List.copyOf(except);
  }

  /// Whether the instant, in milliseconds since 1970-01-01T00:00:00Z, belongs to the set.
  public boolean contains(long millis) {
    return rules.stream().anyMatch(rule -> rule.contains(millis, zone))
        && except.stream().noneMatch(calendar -> calendar.contains(millis));
  }

  /// The first instant at or after the given one that does not belong to the set; [#NEVER] when
  /// there is none within two years.
  public long endMillis(long fromMillis) {
    return firstMillis(fromMillis, false);
  }

  /// The first instant at or after the given one that belongs to the set; [#NEVER] when there is
  /// none within two years.
  public long startMillis(long fromMillis) {
    return firstMillis(fromMillis, true);
  }

  private long firstMillis(long fromMillis, boolean wanted) {
    long at = fromMillis;
    while (contains(at) != wanted) {
      at = nextChange(at);
      if (at - fromMillis > SEARCH_MILLIS || at == NEVER) {
        return NEVER;
      }
    }
    return at;
  }

  /// The next instant at which the set may change; it need not.
  private long nextChange(long afterMillis) {
    long next = NEVER;
    for (CalendarRule rule : rules) {
      next = Math.min(next, rule.nextChange(afterMillis, zone));
    }
    for (Calendar calendar : except) {
      next = Math.min(next, calendar.nextChange(afterMillis));
    }
    return next;
  }
}
