package ofelia.cron;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Another schedule's instants within two bounds.
///
/// @param inner neither a [Within] nor an [AnyOf], and no [Never]
/// @param fromMillis inclusive, `Long.MIN_VALUE` for no bound
/// @param untilMillis exclusive, [Schedule#NEVER] for no bound
public record Within(Schedule inner, long fromMillis, long untilMillis) implements Schedule {

  /// `schedule` itself where the bounds leave nothing out or nothing is due anyway.
  static Schedule of(Schedule schedule, long fromMillis, long untilMillis) {
    if (fromMillis == Long.MIN_VALUE && untilMillis == NEVER) {
      return schedule;
    }
    return switch (schedule) {
      case Never never -> never;
      case Within(Schedule inner, long from, long until) ->
          new Within(inner, Math.max(from, fromMillis), Math.min(until, untilMillis));
      case AnyOf anyOf ->
          AnyOf.of(
              anyOf.alternatives().stream()
                  .map(one -> of(one, fromMillis, untilMillis))
                  .distinct()
                  .toList());
      case CronSchedule _, Every _, Once _ -> new Within(schedule, fromMillis, untilMillis);
    };
  }

  @Override
  public long next(long afterMillis, long anchorMillis) {
    long due = inner.next(after(afterMillis), anchorMillis);
    return due >= untilMillis ? NEVER : due;
  }

  @Override
  public Stretch passed(long afterMillis, long throughMillis, long anchorMillis) {
    return inner.passed(after(afterMillis), Math.min(throughMillis, untilMillis - 1), anchorMillis);
  }

  private long after(long afterMillis) {
    return fromMillis == Long.MIN_VALUE ? afterMillis : Math.max(afterMillis, fromMillis - 1);
  }

  @Override
  public boolean isInterval() {
    return inner.isInterval();
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder();
    if (fromMillis != Long.MIN_VALUE) {
      text.append("FROM=").append(Instant.ofEpochMilli(fromMillis)).append(' ');
    }
    if (untilMillis != NEVER) {
      text.append("UNTIL=").append(Instant.ofEpochMilli(untilMillis)).append(' ');
    }
    return text.append(inner.text()).toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Within that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
