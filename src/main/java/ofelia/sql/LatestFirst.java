package ofelia.sql;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import ofelia.cron.Schedule;

/// The due instants of a schedule between two instants, the latest first.
///
/// A schedule can only be asked forward. So the time between is halved, the later half first, until
/// a part holds few enough instants to list them forward and turn them round. Memory is that of one
/// such part, whatever the length.
final class LatestFirst implements PrimitiveIterator.OfLong {

  private static final int MOST_AT_ONCE = 64;

  private record Part(long afterMillis, long throughMillis) {}

  private final Schedule schedule;
  private final long anchorMillis;
  private final Deque<Part> parts = new ArrayDeque<>();
  private long[] listed = new long[0];
  private int left;

  /// @param afterMillis exclusive
  /// @param throughMillis inclusive
  LatestFirst(Schedule schedule, long afterMillis, long throughMillis, long anchorMillis) {
    this.schedule = schedule;
    this.anchorMillis = anchorMillis;
    parts.push(new Part(afterMillis, throughMillis));
  }

  @Override
  public boolean hasNext() {
    while (left == 0 && !parts.isEmpty()) {
      Part part = parts.pop();
      long count = schedule.passed(part.afterMillis, part.throughMillis, anchorMillis).count();
      if (count > MOST_AT_ONCE) {
        long middle = part.afterMillis + (part.throughMillis - part.afterMillis) / 2;
        parts.push(new Part(part.afterMillis, middle));
        parts.push(new Part(middle, part.throughMillis));
      } else {
        list(part, (int) count);
      }
    }
    return left > 0;
  }

  private void list(Part part, int count) {
    listed = new long[count];
    long due = part.afterMillis;
    for (int i = 0; i < count; i++) {
      due = schedule.next(due, anchorMillis);
      listed[i] = due;
    }
    left = count;
  }

  @Override
  public long nextLong() {
    if (!hasNext()) {
      throw new NoSuchElementException("no instant before these");
    }
    return listed[--left];
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOf(listed, left)) + " and before " + parts;
  }
}
