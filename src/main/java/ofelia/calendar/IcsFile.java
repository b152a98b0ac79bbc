package ofelia.calendar;

import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.io.text.ICalReader;
import biweekly.property.Status;
import biweekly.util.ICalDate;
import biweekly.util.com.google.ical.compat.javautil.DateIterator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import ofelia.calendar.CalendarRule.Events;
import ofelia.calendar.CalendarRule.Events.Stretch;

/// Reads the events of an iCalendar file (RFC 5545): when each of them begins and ends, repeated as
/// its recurrence rule says. Their texts, alarms and guests are of no interest, cancelled ones do
/// not count.
///
/// Whole days, and times without a zone, are those of the calendar's zone.
public final class IcsFile {

  /// Bytes. Ten years of a country's holidays are some 50 KB.
  private static final int LARGEST = 8 << 20;

  /// Repetitions of all events together.
  private static final int MOST_EVENTS = 50_000;

  /// Up to here events without an end are repeated: far enough, and daily ones stay below the
  /// limit.
  private static final Instant HORIZON = Instant.parse("2100-01-01T00:00:00Z");

  private IcsFile() {}

  /// @throws IOException when the file cannot be read or holds no calendar; its text says what to
  ///   do
  public static CalendarRule read(Path file, ZoneId zone) throws IOException {
    return parse(text(file), zone);
  }

  private static String text(Path file) throws IOException {
    try {
      if (Files.size(file) > LARGEST) {
        throw new IOException("is larger than " + (LARGEST >> 20) + " MiB");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no such file", e);
    }
  }

  static CalendarRule parse(String text, ZoneId zone) throws IOException {
    List<Stretch> stretches = new ArrayList<>();
    boolean isEmpty = true;
    try (ICalReader reader = new ICalReader(text)) {
      reader.setDefaultTimezone(TimeZone.getTimeZone(zone));
      for (ICalendar calendar = reader.readNext(); calendar != null; calendar = reader.readNext()) {
        isEmpty = false;
        add(calendar, zone, stretches);
      }
    } catch (RuntimeException e) {
      throw new IOException("is no calendar that can be read: " + e.getMessage(), e);
    }
    if (isEmpty) {
      throw new IOException("holds no calendar; it should begin with BEGIN:VCALENDAR");
    }
    return Events.of(stretches);
  }

  private static void add(ICalendar calendar, ZoneId zone, List<Stretch> stretches)
      throws IOException {
    Set<Moved> moved = new HashSet<>();
    for (VEvent event : calendar.getEvents()) {
      if (event.getRecurrenceId() != null) {
        moved.add(new Moved(uid(event), event.getRecurrenceId().getValue().toInstant()));
      }
    }
    for (VEvent event : calendar.getEvents()) {
      boolean hasStart = event.getDateStart() != null && event.getDateStart().getValue() != null;
      if (hasStart && !isCancelled(event)) {
        add(calendar, event, moved, zone, stretches);
      }
    }
  }

  /// One repetition of an event that another entry of the file replaces.
  private record Moved(String uid, Instant original) {}

  private static void add(
      ICalendar calendar, VEvent event, Set<Moved> moved, ZoneId zone, List<Stretch> stretches)
      throws IOException {
    ICalDate start = event.getDateStart().getValue();
    boolean isReplacement = event.getRecurrenceId() != null;
    DateIterator starts = event.getDateIterator(zoneOf(calendar, event, zone));
    while (starts.hasNext()) {
      Instant next = starts.next().toInstant();
      if (next.isAfter(HORIZON)) {
        return;
      }
      if (stretches.size() == MOST_EVENTS) {
        throw new IOException("has more than " + MOST_EVENTS + " events, repetitions included");
      }
      if (isReplacement || !moved.contains(new Moved(uid(event), next))) {
        stretches.add(
            start.hasTime() ? timed(event, start, next) : wholeDays(event, start, next, zone));
      }
    }
  }

  private static Stretch timed(VEvent event, ICalDate start, Instant from) {
    Duration length = Duration.ZERO;
    if (event.getDateEnd() != null) {
      length = Duration.between(start.toInstant(), event.getDateEnd().getValue().toInstant());
    } else if (event.getDuration() != null) {
      length = Duration.ofMillis(event.getDuration().getValue().toMillis());
    }
    return new Stretch(from.toEpochMilli(), from.plus(length).toEpochMilli());
  }

  private static Stretch wholeDays(VEvent event, ICalDate start, Instant from, ZoneId zone) {
    long days = 1;
    if (event.getDateEnd() != null) {
      days =
          ChronoUnit.DAYS.between(
              day(start.toInstant(), zone), day(event.getDateEnd().getValue().toInstant(), zone));
    } else if (event.getDuration() != null) {
      days = Duration.ofMillis(event.getDuration().getValue().toMillis()).toDays();
    }
    LocalDate first = day(from, zone);
    return new Stretch(midnight(first, zone), midnight(first.plusDays(Math.max(days, 1)), zone));
  }

  private static LocalDate day(Instant instant, ZoneId zone) {
    return instant.atZone(zone).toLocalDate();
  }

  private static long midnight(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant().toEpochMilli();
  }

  private static TimeZone zoneOf(ICalendar calendar, VEvent event, ZoneId zone) {
    var assigned = calendar.getTimezoneInfo().getTimezone(event.getDateStart());
    return assigned == null ? TimeZone.getTimeZone(zone) : assigned.getTimeZone();
  }

  private static String uid(VEvent event) {
    return event.getUid() == null ? "" : event.getUid().getValue();
  }

  private static boolean isCancelled(VEvent event) {
    Status status = event.getStatus();
    return status != null && status.isCancelled();
  }
}
