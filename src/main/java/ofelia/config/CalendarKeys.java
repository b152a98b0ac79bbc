package ofelia.config;

import java.util.List;
import java.util.Map;
import ofelia.model.Key;

/// Keys of `[calendar "name"]`, and those by which jobs name calendars.
public final class CalendarKeys {

  private CalendarKeys() {}

  /// Lines that [ofelia.calendar.CalendarText] reads.
  static final Key<List<String>> WHEN =
      NewKey.of(
          "when",
          KeyTypes.CALENDAR_LINE,
          List.of(),
          Places.CALENDAR_ONLY,
          "When the calendar holds: days (`MON-FRI`, `12-24..01-01`, `2027-05-14`, with commas"
              + " between), times (`22:00-06:00`), days with times, or a stretch"
              + " (`2026-12-18T18:00..2027-01-04T06:00`); repeat the key for more.",
          "MON-FRI 09:00-17:00");

  static final Key<List<String>> ICS =
      NewKey.list(
          "ics",
          Places.CALENDAR_ONLY,
          "An iCalendar file whose events belong to the calendar, repetitions included; repeat the"
              + " key for several.",
          "/etc/ofelia/holidays.ics");

  static final Key<List<String>> EXCEPT =
      NewKey.of(
          "except",
          KeyTypes.COMMA_LIST,
          List.of(),
          Places.CALENDAR_ONLY,
          "Other calendars whose times do not belong to this one.",
          "holidays");

  public static final Key<List<String>> EXCLUDE_CALENDARS =
      NewKey.of(
          "exclude-calendars",
          KeyTypes.COMMA_LIST,
          List.of(),
          Places.EVERY_JOB_AND_GLOBAL,
          "Calendars in whose times the job does not run by its schedule.",
          "holidays, maintenance");

  public static final Key<List<String>> INCLUDE_CALENDARS =
      NewKey.of(
          "include-calendars",
          KeyTypes.COMMA_LIST,
          List.of(),
          Places.EVERY_JOB_AND_GLOBAL,
          "Calendars outside of which the job does not run by its schedule; one of them suffices.",
          "business-days");

  /// `skip` or `defer`.
  public static final Key<String> CALENDAR_ACTION =
      NewKey.of(
          "calendar-action",
          KeyTypes.words(List.of("skip", "defer"), Map.of()),
          "skip",
          Places.EVERY_JOB_AND_GLOBAL,
          "What becomes of a run that a calendar forbids: `skip` leaves it out, `defer` lets it"
              + " begin, once, as soon as the calendars allow.",
          "defer");

  /// In the order of the documentation.
  static final List<Key<?>> ALL = List.of(WHEN, ICS, EXCEPT);

  static final List<Key<?>> OF_JOBS =
      List.of(EXCLUDE_CALENDARS, INCLUDE_CALENDARS, CALENDAR_ACTION);
}
