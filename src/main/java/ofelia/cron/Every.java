package ofelia.cron;

import java.time.Duration;

/// Due at anchor + n·interval for n = 1, 2, 3 …: real elapsed time, whatever the clocks on the wall
/// do. The anchor itself is not due. An interval has no zone.
///
/// @param interval whole seconds, at least one
public record Every(Duration interval) implements Schedule {

  /// @throws IllegalArgumentException when `interval` is below one second or not whole seconds
  public Every {
    if (interval.getSeconds() < 1 || interval.getNano() != 0) {
      throw new IllegalArgumentException(
          "interval " + interval + " is not a whole number of seconds from 1");
    }
  }

  @Override
  public long next(long afterMillis, long anchorMillis) {
    long step = stepMillis();
    if (afterMillis < anchorMillis) {
      return plus(anchorMillis, step);
    }
    // Whole steps before or at `after`; a difference beyond 2^63 counts as "no more".
    long gone = afterMillis - anchorMillis;
    return gone < 0 ? NEVER : plus(afterMillis - gone % step, step);
  }

  @Override
  public Stretch passed(long afterMillis, long throughMillis, long anchorMillis) {
    long first = next(afterMillis, anchorMillis);
    if (first > throughMillis || first == NEVER) {
      return Stretch.NONE;
    }
    long step = stepMillis();
    long further = (throughMillis - first) / step;
    return new Stretch(first, first + further * step, further + 1);
  }

  @Override
  public boolean isInterval() {
    return true;
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder("@every ");
    if (interval.toHours() > 0) {
      text.append(interval.toHours()).append('h');
    }
    if (interval.toMinutesPart() > 0) {
      text.append(interval.toMinutesPart()).append('m');
    }
    if (interval.toSecondsPart() > 0) {
      text.append(interval.toSecondsPart()).append('s');
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return text();
  }

  private long stepMillis() {
    long seconds = interval.toSeconds();
    return seconds > NEVER / 1000 ? NEVER : seconds * 1000;
  }

  private static long plus(long millis, long step) {
    return millis > NEVER - step ? NEVER : millis + step;
  }
}
