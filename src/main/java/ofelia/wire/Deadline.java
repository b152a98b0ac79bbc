package ofelia.wire;

import java.time.Duration;

/// The instant by which something outside must have answered, on the monotonic clock.
///
/// One deadline may cover several calls: each gets what the earlier ones left.
///
/// @param limit how long was granted when the deadline was set, for messages
/// @param atNanos the end, in the terms of `System.nanoTime()`
public record Deadline(Duration limit, long atNanos) {

  private static final Duration LONGEST = Duration.ofDays(36_500);

  /// The deadline `limit` from now; zero and negative limits are over at once, and none is longer
  /// than a century.
  public static Deadline within(Duration limit) {
    Duration granted = limit.compareTo(LONGEST) > 0 ? LONGEST : limit;
    return new Deadline(limit, System.nanoTime() + granted.toNanos());
  }

  /// What is left, zero when the deadline is over.
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, atNanos - System.nanoTime()));
  }

  public boolean isOver() {
    return atNanos - System.nanoTime() <= 0;
  }
}
