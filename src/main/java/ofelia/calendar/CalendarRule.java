package ofelia.calendar;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// A part of a calendar. Instants are milliseconds since 1970-01-01T00:00:00Z.
public sealed interface CalendarRule {

  boolean contains(long millis, ZoneId zone);

  /// An instant after the given one up to which nothing changes, or [Calendar#NEVER].
  long nextChange(long afterMillis, ZoneId zone);

  /// Certain days, whole or between two times.
  ///
  /// @param days any of them suffices
  /// @param from the first time that counts
  /// @param until the first that counts no more. Not after `from`: on the next day, and the hours
  ///   after midnight belong to the day on which they began
  record Days(List<DaySpan> days, LocalTime from, LocalTime until) implements CalendarRule {

    public Days {
      days = List.copyOf(days);
    }

    @Override
    public boolean contains(long millis, ZoneId zone) {
      LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), zone);
      LocalTime time = local.toLocalTime();
      boolean endsOnNextDay = !until.isAfter(from);
      boolean isAfterBegin = !time.isBefore(from);
      boolean isBeforeEnd = time.isBefore(until);
      if (!endsOnNextDay) {
        return isAfterBegin && isBeforeEnd && holds(local.toLocalDate());
      }
      return isAfterBegin && holds(local.toLocalDate())
          || isBeforeEnd && holds(local.toLocalDate().minusDays(1));
    }

    private boolean holds(LocalDate day) {
      return days.stream().anyMatch(span -> span.contains(day));
    }

    @Override
    public long nextChange(long afterMillis, ZoneId zone) {
      LocalDate day =
          LocalDateTime.ofInstant(Instant.ofEpochMilli(afterMillis), zone).toLocalDate();
      // Two days on, since a zone may skip one.
      return LongStream.rangeClosed(0, 2)
          .mapToObj(day::plusDays)
          .flatMapToLong(d -> LongStream.of(at(d, from, zone), at(d, until, zone)))
          .filter(edge -> edge > afterMillis)
          .min()
          .orElse(Calendar.NEVER);
    }

    private static long at(LocalDate day, LocalTime time, ZoneId zone) {
      return day.atTime(time).atZone(zone).toInstant().toEpochMilli();
    }
  }

  /// One stretch of local time.
  ///
  /// @param until exclusive
  record Period(LocalDateTime from, LocalDateTime until) implements CalendarRule {

    @Override
    public boolean contains(long millis, ZoneId zone) {
      return millis >= millis(from, zone) && millis < millis(until, zone);
    }

    @Override
    public long nextChange(long afterMillis, ZoneId zone) {
      long begin = millis(from, zone);
      long end = millis(until, zone);
      return afterMillis < begin ? begin : afterMillis < end ? end : Calendar.NEVER;
    }

    private static long millis(LocalDateTime local, ZoneId zone) {
      return local.atZone(zone).toInstant().toEpochMilli();
    }
  }

  /// Stretches of instants, of events in a file.
  final class Events implements CalendarRule {

    /// Begins and ends by turns, ascending; no two stretches touch.
    private final long[] edges;

    private Events(long[] edges) {
      this.edges = edges;
    }

    /// @param stretches in any order, also overlapping; empty ones are left out
    static Events of(List<Stretch> stretches) {
      List<Stretch> sorted =
          stretches.stream()
              .filter(s -> s.fromMillis < s.untilMillis)
              .sorted((a, b) -> Long.compare(a.fromMillis, b.fromMillis))
              .toList();
      long[] edges = new long[2 * sorted.size()];
      int count = 0;
      for (Stretch stretch : sorted) {
        if (count > 0 && stretch.fromMillis <= edges[count - 1]) {
          edges[count - 1] = Math.max(edges[count - 1], stretch.untilMillis);
        } else {
          edges[count++] = stretch.fromMillis;
          edges[count++] = stretch.untilMillis;
        }
      }
      return new Events(Arrays.copyOf(edges, count));
    }

    /// From one instant to before another, in milliseconds.
    record Stretch(long fromMillis, long untilMillis) {}

    @Override
    public boolean contains(long millis, ZoneId zone) {
      return edgesUpTo(millis) % 2 == 1;
    }

    @Override
    public long nextChange(long afterMillis, ZoneId zone) {
      int next = edgesUpTo(afterMillis);
      return next < edges.length ? edges[next] : Calendar.NEVER;
    }

    /// The edges with blanks between.
    String text() {
      return Arrays.stream(edges).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }

    /// @param text what [#text] gave
    /// @throws NumberFormatException when it is anything else
    static Events parse(String text) {
      return new Events(
          text.isEmpty()
              ? new long[0]
              : Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray());
    }

    private int edgesUpTo(long millis) {
      int found = Arrays.binarySearch(edges, millis);
      return found >= 0 ? found + 1 : -found - 1;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Events that && Arrays.equals(edges, that.edges);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(edges);
    }

    @Override
    public String toString() {
      return "Events[" + edges.length / 2 + "]";
    }
  }
}
