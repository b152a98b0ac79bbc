package ofelia.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import ofelia.syntax.GoDuration;
import ofelia.time.Time;

/// The time line that the engine lives on: the wall clock, watched against the monotonic one.
///
/// Where the two disagree by a second or more since the last look, the wall clock has jumped. The
/// time line follows a jump forward at once, and remembers it as the reason for what passed. A jump
/// back it does not follow until it is told to: it goes on by the monotonic clock as if there had
/// been none, so that what is due before can be dealt with first.
final class Clocks {

  /// Smaller differences are what clocks are corrected by all the time.
  static final long TOLERANCE_MILLIS = 1_000;

  /// Between two looks at one clock, for a look at the other to count.
  private static final long TOGETHER_NANOS = 20_000_000;

  private static final int MOST_LOOKS = 10;

  private final Time time;
  private long wallMillis;
  private long nanos;
  private OptionalLong suspendedMillis;
  private Optional<Jump> forward = Optional.empty();

  Clocks(Time time) {
    this.time = time;
    this.suspendedMillis = time.suspendedMillis();
    follow();
  }

  /// A step of the wall clock, or time that the machine slept.
  ///
  /// @param beforeMillis where the time line stands without it
  /// @param nowMillis where the wall clock stands
  /// @param suspendedMillis how much of the way the machine was suspended; empty where unknown
  record Jump(long beforeMillis, long nowMillis, OptionalLong suspendedMillis) {

    long byMillis() {
      return Math.abs(nowMillis - beforeMillis);
    }

    /// What happened, for people.
    String text() {
      long by = byMillis();
      if (nowMillis < beforeMillis) {
        return "the clock was set back by " + seconds(by);
      }
      if (suspendedMillis.isEmpty()) {
        return "the clock stepped forward by " + seconds(by) + ", or the machine was suspended";
      }
      long slept = suspendedMillis.getAsLong();
      if (slept < TOLERANCE_MILLIS) {
        return "the clock stepped forward by " + seconds(by);
      }
      String suspended = "the machine was suspended for " + seconds(slept);
      return by - slept < TOLERANCE_MILLIS
          ? suspended
          : suspended + ", and the clock stepped forward by " + seconds(by - slept);
    }

    /// Both ends, for the log.
    String ends() {
      return "from "
          + Instant.ofEpochMilli(beforeMillis)
          + " to "
          + Instant.ofEpochMilli(nowMillis);
    }

    private static String seconds(long millis) {
      return GoDuration.format(Duration.ofSeconds(Math.round(millis / 1000.0)));
    }
  }

  private record Look(long wallMillis, long nanos) {}

  /// Both clocks at one moment: a thread that was held up between the two has to look again.
  private Look look() {
    for (int looks = 1; ; looks++) {
      long before = time.nanos();
      long wall = time.millis();
      long after = time.nanos();
      if (after - before < TOGETHER_NANOS || looks == MOST_LOOKS) {
        return new Look(wall, after);
      }
    }
  }

  private long expectedMillis(Look now) {
    return wallMillis + (now.nanos - nanos) / 1_000_000;
  }

  /// Looks, and follows the wall clock unless it was set back.
  private Look next() {
    Look now = look();
    long ahead = now.wallMillis - expectedMillis(now);
    if (ahead >= TOLERANCE_MILLIS) {
      forward = Optional.of(forward(ahead, now));
      suspendedMillis = time.suspendedMillis();
    }
    if (ahead > -TOLERANCE_MILLIS) {
      wallMillis = now.wallMillis;
      nanos = now.nanos;
    }
    return now;
  }

  /// Together with those that nobody has asked about yet.
  private Jump forward(long byMillis, Look now) {
    OptionalLong before = forward.map(Jump::suspendedMillis).orElse(OptionalLong.of(0));
    OptionalLong slept = time.suspendedMillis();
    boolean isKnown = before.isPresent() && slept.isPresent() && suspendedMillis.isPresent();
    long by = byMillis + forward.map(Jump::byMillis).orElse(0L);
    return new Jump(
        now.wallMillis - by,
        now.wallMillis,
        isKnown
            ? OptionalLong.of(before.getAsLong() + slept.getAsLong() - suspendedMillis.getAsLong())
            : OptionalLong.empty());
  }

  /// Now, on the time line.
  long millis() {
    return expectedMillis(next());
  }

  /// What the wall clock was put forward by, or the machine slept, since this was last forgotten.
  Optional<Jump> forward() {
    Look _ = next();
    return forward;
  }

  /// Forgets a jump forward, and no later one.
  void forget(Jump jump) {
    forward = forward.filter(other -> !other.equals(jump));
  }

  /// A jump back that the time line has not followed.
  Optional<Jump> back() {
    Look now = next();
    long expected = expectedMillis(now);
    return now.wallMillis <= expected - TOLERANCE_MILLIS
        ? Optional.of(new Jump(expected, now.wallMillis, OptionalLong.empty()))
        : Optional.empty();
  }

  /// The time line goes on from where the wall clock stands.
  void follow() {
    Look now = look();
    wallMillis = now.wallMillis;
    nanos = now.nanos;
  }
}
