package ofelia.engine;

import java.time.Duration;

/// How long to wait before asking again something that is away: 100 ms, doubling up to a bound.
final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(100);

  private final Duration longest;
  private Duration next = FIRST;

  Backoff(Duration longest) {
    this.longest = longest;
  }

  /// The wait after one more failure.
  Duration next() {
    Duration wait = next;
    Duration doubled = wait.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return wait;
  }

  void reset() {
    next = FIRST;
  }
}
