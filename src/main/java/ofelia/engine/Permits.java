package ofelia.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.calendar.Calendar;
import ofelia.engine.Rules.Calendars;

/// When the calendars that a job names let runs of its schedule begin.
///
/// Both its due instant and the time at which it would begin must be allowed: a holiday is about
/// the first, hours in which nothing may run are about the second.
///
/// @param known the calendars in force, by name
record Permits(Calendars rules, Map<String, Calendar> known) {

  /// From one end of a stretch to the next, where stretches of several calendars meet.
  private static final int MOST_STEPS = 10_000;

  /// Whether every instant is allowed.
  boolean areUnbounded() {
    return rules.areNone();
  }

  /// Why a run must not begin at an instant.
  ///
  /// @param it how the reason calls the instant
  Optional<String> objection(long atMillis, Object it) {
    for (String name : rules.exclude()) {
      Calendar calendar = known.get(name);
      if (calendar == null) {
        return Optional.of("the calendar \"" + name + "\" is not defined any more");
      }
      if (calendar.contains(atMillis)) {
        return Optional.of("the calendar \"" + name + "\" excludes " + it);
      }
    }
    boolean isIncluded =
        rules.include().isEmpty()
            || rules.include().stream()
                .map(known::get)
                .anyMatch(calendar -> calendar != null && calendar.contains(atMillis));
    return isIncluded ? Optional.empty() : Optional.of(outside(rules.include()) + " " + it);
  }

  private static String outside(List<String> names) {
    return names.size() == 1
        ? "the calendar \"" + names.getFirst() + "\" does not include"
        : "none of the calendars \"" + String.join("\", \"", names) + "\" includes";
  }

  /// When a run may begin that would at another time, if the job wants it deferred; or
  /// [Calendar#NEVER].
  long releaseMillis(long dueMillis, long beginMillis) {
    long ofDue = firstAllowed(dueMillis);
    return ofDue == Calendar.NEVER ? Calendar.NEVER : firstAllowed(Math.max(ofDue, beginMillis));
  }

  /// The first instant at or after another one that is allowed, or [Calendar#NEVER].
  long firstAllowed(long fromMillis) {
    long at = fromMillis;
    for (int step = 0; step < MOST_STEPS && at != Calendar.NEVER; step++) {
      long next = nextAllowed(at);
      if (next == at) {
        return at;
      }
      at = next;
    }
    return Calendar.NEVER;
  }

  /// The instant itself, or one after it up to which it stays forbidden.
  private long nextAllowed(long atMillis) {
    for (String name : rules.exclude()) {
      Calendar calendar = known.get(name);
      if (calendar == null) {
        return Calendar.NEVER;
      }
      if (calendar.contains(atMillis)) {
        return calendar.endMillis(atMillis);
      }
    }
    return rules.include().isEmpty()
        ? atMillis
        : rules.include().stream()
            .map(known::get)
            .mapToLong(
                calendar -> calendar == null ? Calendar.NEVER : calendar.startMillis(atMillis))
            .min()
            .orElse(atMillis);
  }
}
