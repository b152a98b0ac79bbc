package ofelia.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import ofelia.calendar.Calendar;
import ofelia.engine.Rules.Calendars;
import ofelia.ledger.Claim;

/// Whether the calendars that a job names let a run of its schedule begin.
///
/// Both its due instant and the time at which it would begin must be allowed: a holiday is about
/// the first, hours in which nothing may run are about the second. What somebody asks for by hand
/// is not judged. Safe for any thread.
final class CalendarGate {

  /// From one end of a stretch to the next, where stretches of several calendars meet.
  private static final int MOST_STEPS = 10_000;

  private final Supplier<Map<String, Calendar>> calendars;

  /// @param calendars those in force, by name
  CalendarGate(Supplier<Map<String, Calendar>> calendars) {
    this.calendars = calendars;
  }

  /// @param nowMillis when the run would begin
  /// @return empty when nothing speaks against it
  Optional<Verdict> judge(Ready ready, long nowMillis) {
    Calendars rules = ready.rules().calendars();
    Claim claim = ready.claim();
    if (rules.areNone() || !claim.cause().isOfSchedule()) {
      return Optional.empty();
    }
    Optional<String> atDue = objection(rules, claim.dueMillis());
    Optional<String> why = atDue.isPresent() ? atDue : objection(rules, nowMillis);
    if (why.isEmpty()) {
      return Optional.empty();
    }
    if (!rules.defer()) {
      return Optional.of(new Verdict.Skip(why.get()));
    }
    long release = releaseMillis(ready, nowMillis);
    if (release <= nowMillis) {
      return Optional.empty();
    }
    return Optional.of(
        release == Calendar.NEVER
            ? new Verdict.Skip(why.get() + ", and no end of that is in sight")
            : new Verdict.Hold(
                release, why.get() + "; it begins at " + Instant.ofEpochMilli(release)));
  }

  /// When a run may begin that would at another time; later than that only where the job wants it
  /// deferred.
  long releaseMillis(Ready ready, long beginMillis) {
    Calendars rules = ready.rules().calendars();
    boolean isJudged = !rules.areNone() && ready.claim().cause().isOfSchedule() && rules.defer();
    if (!isJudged) {
      return beginMillis;
    }
    long ofDue = firstAllowed(rules, ready.claim().dueMillis());
    return ofDue == Calendar.NEVER
        ? Calendar.NEVER
        : firstAllowed(rules, Math.max(ofDue, beginMillis));
  }

  private long firstAllowed(Calendars rules, long fromMillis) {
    long at = fromMillis;
    for (int step = 0; step < MOST_STEPS && at != Calendar.NEVER; step++) {
      long next = nextAllowed(rules, at);
      if (next == at) {
        return at;
      }
      at = next;
    }
    return Calendar.NEVER;
  }

  /// The instant itself, or one after it up to which it stays forbidden.
  private long nextAllowed(Calendars rules, long atMillis) {
    Map<String, Calendar> known = calendars.get();
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

  /// Why a run must not begin at an instant.
  private Optional<String> objection(Calendars rules, long atMillis) {
    Map<String, Calendar> known = calendars.get();
    for (String name : rules.exclude()) {
      Calendar calendar = known.get(name);
      if (calendar == null) {
        return Optional.of("the calendar \"" + name + "\" is not defined any more");
      }
      if (calendar.contains(atMillis)) {
        return Optional.of(
            "the calendar \"" + name + "\" excludes " + Instant.ofEpochMilli(atMillis));
      }
    }
    boolean isIncluded =
        rules.include().isEmpty()
            || rules.include().stream()
                .map(known::get)
                .anyMatch(calendar -> calendar != null && calendar.contains(atMillis));
    return isIncluded
        ? Optional.empty()
        : Optional.of(outside(rules.include()) + " " + Instant.ofEpochMilli(atMillis));
  }

  private static String outside(List<String> names) {
    return names.size() == 1
        ? "the calendar \"" + names.getFirst() + "\" does not include"
        : "none of the calendars \"" + String.join("\", \"", names) + "\" includes";
  }
}
