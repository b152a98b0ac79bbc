package ofelia.runner;

import java.time.Duration;

/// How long to wait before looking again at something whose end an event should tell: soon at
/// first, then ever less often, for the look is only there in case the event was missed.
final class Pace {

  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration SLOWEST = Duration.ofSeconds(30);
  private static final Duration SLOWEST_WITHOUT_EVENTS = Duration.ofSeconds(1);

  private Duration next = FIRST;

  /// @param hasEvents whether events come at present
  Duration next(boolean hasEvents) {
    Duration slowest = hasEvents ? SLOWEST : SLOWEST_WITHOUT_EVENTS;
    Duration pause = next.compareTo(slowest) < 0 ? next : slowest;
    Duration doubled = pause.multipliedBy(2);
    next = doubled.compareTo(SLOWEST) < 0 ? doubled : SLOWEST;
    return pause;
  }
}
