package ofelia.cron;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Several schedules at once: due when any of them is, and once where several are.
public final class AnyOf implements Schedule {

  private final Schedule[] all;

  private AnyOf(Schedule[] all) {
    this.all = all;
  }

  /// @param alternatives at least one, none equal to another and none made of several
  static Schedule of(List<Schedule> alternatives) {
    return alternatives.size() == 1
        ? alternatives.getFirst()
        : new AnyOf(alternatives.toArray(Schedule[]::new));
  }

  @Override
  public List<Schedule> alternatives() {
    return List.of(all);
  }

  @Override
  public long next(long afterMillis, long anchorMillis) {
    long earliest = NEVER;
    for (Schedule one : all) {
      earliest = Math.min(earliest, one.next(afterMillis, anchorMillis));
    }
    return earliest;
  }

  @Override
  public Stretch passed(long afterMillis, long throughMillis, long anchorMillis) {
    long first = NEVER;
    long last = Long.MIN_VALUE;
    int densest = 0;
    Stretch[] stretches = new Stretch[all.length];
    for (int i = 0; i < all.length; i++) {
      Stretch stretch = all[i].passed(afterMillis, throughMillis, anchorMillis);
      stretches[i] = stretch;
      if (!stretch.isEmpty()) {
        first = Math.min(first, stretch.firstMillis());
        last = Math.max(last, stretch.lastMillis());
        densest = stretch.count() > stretches[densest].count() ? i : densest;
      }
    }
    if (first == NEVER) {
      return Stretch.NONE;
    }
    long count = stretches[densest].count();
    for (int i = 0; i < all.length; i++) {
      if (i != densest) {
        count += countOwn(i, densest, stretches[i], anchorMillis);
      }
    }
    return new Stretch(first, last, count);
  }

  /// How many instants are due by this one only, the densest and those before it aside.
  private long countOwn(int which, int densest, Stretch stretch, long anchorMillis) {
    long count = 0;
    if (!stretch.isEmpty()) {
      long due = stretch.firstMillis();
      while (due <= stretch.lastMillis()) {
        boolean isOwn = !isDue(all[densest], due, anchorMillis);
        for (int i = 0; isOwn && i < which; i++) {
          isOwn = !isDue(all[i], due, anchorMillis);
        }
        count += isOwn ? 1 : 0;
        due = all[which].next(due, anchorMillis);
      }
    }
    return count;
  }

  private static boolean isDue(Schedule schedule, long millis, long anchorMillis) {
    return schedule.next(millis - 1, anchorMillis) == millis;
  }

  @Override
  public boolean isInterval() {
    return alternatives().stream().allMatch(Schedule::isInterval);
  }

  @Override
  public String text() {
    return alternatives().stream().map(Schedule::text).collect(Collectors.joining(" | "));
  }

  @Override
  public boolean isDueAtStart() {
    return alternatives().contains(Never.REBOOT);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AnyOf that && text().equals(that.text());
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
