package ofelia.runner;

import java.time.Duration;

/// How long to wait before looking again at something whose end an event should tell: soon at
/// first, then ever less often, for the look is only there in case the event was missed.
///
/// While events come, most runs are over before the first look: a look that finds nothing costs the
/// engine as much as one that does.
final class Pace {

  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration FIRST_WITH_EVENTS = Duration.ofMillis(250);
  private static final Duration SLOWEST = Duration.ofSeconds(30);
  private static final Duration SLOWEST_WITHOUT_EVENTS = Duration.ofSeconds(1);

  private Duration next = FIRST;

  /// @param hasEvents whether events come at present
  Duration next(boolean hasEvents) {
    Duration pause = within(hasEvents, next);
    Duration doubled = pause.multipliedBy(2);
    next = doubled.compareTo(SLOWEST) < 0 ? doubled : SLOWEST;
    return pause;
  }

  private static Duration within(boolean hasEvents, Duration wanted) {
    Duration soonest = hasEvents ? FIRST_WITH_EVENTS : FIRST;
    Duration slowest = hasEvents ? SLOWEST : SLOWEST_WITHOUT_EVENTS;
    Duration atLeast = wanted.compareTo(soonest) < 0 ? soonest : wanted;
    return atLeast.compareTo(slowest) < 0 ? atLeast : slowest;
  }
}
