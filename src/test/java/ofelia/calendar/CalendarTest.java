package ofelia.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static long at(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  private static Calendar calendar(String... lines) throws CalendarSyntaxException {
    List<CalendarRule> rules = new java.util.ArrayList<>();
    for (String line : lines) {
      rules.add(CalendarText.parse(line));
    }
    return new Calendar("test", BERLIN, rules, List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # line                                | instant              | holds | until
          MON-FRI                               | 2026-11-23T00:30:00Z | true  | 2026-11-27T23:00:00Z
          MON-FRI                               | 2026-11-28T12:00:00Z | false | 2026-11-28T12:00:00Z
          SAT-MON                               | 2026-11-29T12:00:00Z | true  | 2026-11-30T23:00:00Z
          friday                                | 2026-11-27T12:00:00Z | true  | 2026-11-27T23:00:00Z
          12-25, 12-26                          | 2026-12-25T12:00:00Z | true  | 2026-12-26T23:00:00Z
          12-24..01-01                          | 2026-12-31T12:00:00Z | true  | 2027-01-01T23:00:00Z
          12-24..01-01                          | 2027-01-02T12:00:00Z | false | 2027-01-02T12:00:00Z
          02-29                                 | 2028-02-29T12:00:00Z | true  | 2028-02-29T23:00:00Z
          2027-05-14                            | 2027-05-14T12:00:00Z | true  | 2027-05-14T22:00:00Z
          2027-05-14                            | 2028-05-14T12:00:00Z | false | 2028-05-14T12:00:00Z
          2027-05-14..2027-05-16                | 2027-05-14T12:00:00Z | true  | 2027-05-16T22:00:00Z
          MON-FRI 09:00-17:00                   | 2026-11-23T07:59:59Z | false | 2026-11-23T07:59:59Z
          MON-FRI 09:00-17:00                   | 2026-11-23T08:00:00Z | true  | 2026-11-23T16:00:00Z
          22:00-06:00                           | 2026-11-23T22:00:00Z | true  | 2026-11-24T05:00:00Z
          FRI 22:00-06:00                       | 2026-11-28T04:00:00Z | true  | 2026-11-28T05:00:00Z
          FRI 22:00-06:00                       | 2026-11-27T04:00:00Z | false | 2026-11-27T04:00:00Z
          20:00-24:00                           | 2026-11-23T20:00:00Z | true  | 2026-11-23T23:00:00Z
          2026-12-18T18:00..2027-01-04T06:00    | 2026-12-18T17:00:00Z | true  | 2027-01-04T05:00:00Z
          2026-12-18T18:00..2027-01-04T06:00    | 2026-12-18T16:59:59Z | false | 2026-12-18T16:59:59Z
          # the clock goes from 2:00 to 3:00: nothing of this window is there on that day
          02:00-03:00                           | 2027-03-28T01:00:00Z | false | 2027-03-28T01:00:00Z
          # the hour comes twice
          02:00-03:00                           | 2026-10-25T00:30:00Z | true  | 2026-10-25T02:00:00Z
          """)
  void aLineSaysWhenACalendarHolds(String line, String instant, boolean holds, String until)
      throws Exception {
    Calendar calendar = calendar(line);
    assertThat(calendar.contains(at(instant))).isEqualTo(holds);
    assertThat(Instant.ofEpochMilli(calendar.endMillis(at(instant))))
        .isEqualTo(Instant.parse(until));
  }

  @Test
  void anExceptionTakesDaysOut() throws Exception {
    Calendar holidays = calendar("12-25..12-26", "01-01");
    Calendar business =
        new Calendar(
            "business-days", BERLIN, List.of(CalendarText.parse("MON-FRI")), List.of(holidays));
    assertThat(business.contains(at("2026-12-24T12:00:00Z"))).isTrue();
    assertThat(business.contains(at("2026-12-25T12:00:00Z"))).isFalse();
    assertThat(business.endMillis(at("2026-12-21T12:00:00Z")))
        .isEqualTo(at("2026-12-24T23:00:00Z"));
    assertThat(business.startMillis(at("2026-12-25T12:00:00Z")))
        .as("after the holidays comes Sunday")
        .isEqualTo(at("2026-12-27T23:00:00Z"));
  }

  @Test
  void aStretchWithoutAnEndHasNone() throws Exception {
    assertThat(calendar("MON-SUN").endMillis(at("2026-11-23T00:00:00Z"))).isEqualTo(Calendar.NEVER);
    assertThat(calendar("2020-01-01").startMillis(at("2026-11-23T00:00:00Z")))
        .isEqualTo(Calendar.NEVER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MONN               | 0  | "MONN" is no day of the week; write MON, TUE, WED, THU, FRI, SAT or SUN
          MON-FRY            | 4  | "FRY" is no day of the week; write MON, TUE, WED, THU, FRI, SAT or SUN
          12-25, 12-35       | 7  | "12-35" is no day of the year
          2026-02-30         | 0  | "2026-02-30" is no date
          2026-03-02..2026-03-01 | 12 | 2026-03-01 is before 2026-03-02; write the earlier one first
          MON 25:00-26:00    | 4  | "25:00" is no time of day; write HH:MM from 00:00 to 23:59
          MON 09:00-09:00    | 4  | "09:00-09:00" ends when it begins; write 00:00-24:00 for the whole day
          09:00-17:00 MON    | 12 | "MON" follows the times; put the times last, once in a line
          2026-12-18T18:00..2026-12-18T18:00 | 18 | the end is not after the begin
          2026-12-18T18:00..tomorrow | 18 | "tomorrow" is no date with a time
          MON 2026-12-18T18:00..2026-12-19T18:00 | 4 | is not alone; give a stretch
          ,                  | 0  | is empty; write for example MON-FRI
          """)
  void aLineThatIsNoneIsExplained(String line, int offset, String text) {
    assertThatThrownBy(() -> CalendarText.parse(line))
        .isInstanceOfSatisfying(
            CalendarSyntaxException.class, e -> assertThat(e.offset()).isEqualTo(offset))
        .hasMessageContaining(text);
  }

  @Test
  void anythingElseIsAnErrorToo() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "MONTUEFRI0123456789-:.,T \t\u0000é٣";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder line = new StringBuilder();
      for (int n = random.nextInt(24); n >= 0; n--) {
        line.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        CalendarText.parse(line.toString());
      } catch (CalendarSyntaxException e) {
        assertThat(e.offset()).as("seed " + seed).isBetween(0, line.length());
      }
    }
  }

  private static final String HOLIDAYS =
      """
      BEGIN:VCALENDAR
      VERSION:2.0
      PRODID:-//example//holidays//EN
      BEGIN:VEVENT
      UID:christmas
      DTSTAMP:20200101T000000Z
      DTSTART;VALUE=DATE:20201225
      DTEND;VALUE=DATE:20201227
      RRULE:FREQ=YEARLY
      SUMMARY:Christmas
      END:VEVENT
      BEGIN:VEVENT
      UID:maintenance
      DTSTAMP:20200101T000000Z
      DTSTART;TZID=America/New_York:20261102T220000
      DURATION:PT3H
      RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261201T000000Z
      EXDATE;TZID=America/New_York:20261109T220000
      END:VEVENT
      BEGIN:VEVENT
      UID:maintenance
      DTSTAMP:20200101T000000Z
      RECURRENCE-ID;TZID=America/New_York:20261116T220000
      DTSTART;TZID=America/New_York:20261117T220000
      DURATION:PT1H
      END:VEVENT
      BEGIN:VEVENT
      UID:floating
      DTSTAMP:20200101T000000Z
      DTSTART:20260701T080000
      DTEND:20260701T090000
      END:VEVENT
      BEGIN:VEVENT
      UID:cancelled
      DTSTAMP:20200101T000000Z
      DTSTART:20260801T080000Z
      DTEND:20260801T090000Z
      STATUS:CANCELLED
      END:VEVENT
      END:VCALENDAR
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-12-24T22:59:59Z | false | 2026-12-24T22:59:59Z
          2026-12-24T23:00:00Z | true  | 2026-12-26T23:00:00Z
          2035-12-26T12:00:00Z | true  | 2035-12-26T23:00:00Z
          2026-11-03T03:00:00Z | true  | 2026-11-03T06:00:00Z
          2026-11-10T04:00:00Z | false | 2026-11-10T04:00:00Z
          2026-11-17T04:00:00Z | false | 2026-11-17T04:00:00Z
          2026-11-18T03:30:00Z | true  | 2026-11-18T04:00:00Z
          2026-12-08T04:00:00Z | false | 2026-12-08T04:00:00Z
          2026-07-01T06:00:00Z | true  | 2026-07-01T07:00:00Z
          2026-08-01T08:30:00Z | false | 2026-08-01T08:30:00Z
          """)
  void eventsOfAFileAreRepeatedAsTheySay(String instant, boolean holds, String until)
      throws Exception {
    CalendarRule events = IcsFile.parse(HOLIDAYS, BERLIN);
    Calendar calendar = new Calendar("holidays", BERLIN, List.of(events), List.of());
    assertThat(calendar.contains(at(instant))).isEqualTo(holds);
    assertThat(Instant.ofEpochMilli(calendar.endMillis(at(instant))))
        .isEqualTo(Instant.parse(until));
  }

  @Test
  void aFileThatIsNoCalendarIsAnError() {
    assertThatThrownBy(() -> IcsFile.parse("hello", BERLIN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no calendar");
    String endless = HOLIDAYS.replace("FREQ=YEARLY", "FREQ=SECONDLY");
    assertThatThrownBy(() -> IcsFile.parse(endless, BERLIN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 50000 events");
  }
}
