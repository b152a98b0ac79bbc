package ofelia.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;

/// Some days, by one of the ways in which people name them. Both ends belong to a span.
public sealed interface DaySpan {

  boolean contains(LocalDate day);

  /// Every day.
  record Every() implements DaySpan {

    @Override
    public boolean contains(LocalDate day) {
      return true;
    }
  }

  /// Days of each week; may wrap: Saturday to Monday is three days.
  record Weekly(DayOfWeek first, DayOfWeek last) implements DaySpan {

    @Override
    public boolean contains(LocalDate day) {
      int length = Math.floorMod(last.getValue() - first.getValue(), 7);
      return Math.floorMod(day.getDayOfWeek().getValue() - first.getValue(), 7) <= length;
    }
  }

  /// Days of each year; may wrap: December 24 to January 1.
  record Yearly(MonthDay first, MonthDay last) implements DaySpan {

    @Override
    public boolean contains(LocalDate day) {
      MonthDay it = MonthDay.from(day);
      boolean wraps = first.isAfter(last);
      boolean isAfterFirst = !it.isBefore(first);
      boolean isBeforeLast = !it.isAfter(last);
      return wraps ? isAfterFirst || isBeforeLast : isAfterFirst && isBeforeLast;
    }
  }

  /// Days of one year, or of several in a row.
  record Dated(LocalDate first, LocalDate last) implements DaySpan {

    @Override
    public boolean contains(LocalDate day) {
      return !day.isBefore(first) && !day.isAfter(last);
    }
  }
}
