package ofelia.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CalendarBookTest {

  private static final ZoneId LISBON = ZoneId.of("Europe/Lisbon");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MON-FRI                            | MON-FRI",
        "sunday                             | SUN",
        "12-24..01-01, 05-01                | 12-24..01-01,05-01",
        "2027-05-14..2027-05-16 2028-02-29  | 2027-05-14..2027-05-16,2028-02-29",
        "SAT 22:00-06:00                    | SAT 22:00-06:00",
        "9:00-24:00                         | 09:00-24:00",
        "00:00-24:00                        | 00:00-24:00",
        "FRI, 12-24 14:30-24:00             | FRI,12-24 14:30-24:00",
        "2026-12-18T18:00..2027-01-04T06:00 | 2026-12-18T18:00..2027-01-04T06:00",
      })
  void aLineComesBackAsItWas(String line, String kept) throws CalendarSyntaxException {
    Map<String, Calendar> calendars =
        Map.of("a", new Calendar("a", LISBON, List.of(CalendarText.parse(line)), List.of()));

    Map<String, String> texts = CalendarBook.write(calendars);

    assertThat(texts).containsExactly(Map.entry("a", "zone=Europe/Lisbon\nwhen=" + kept));
    assertThat(CalendarBook.read(texts)).isEqualTo(calendars);
  }

  @Test
  void eventsAndExceptionsComeBackToo() throws Exception {
    String file =
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:test
        BEGIN:VEVENT
        UID:1
        DTSTART;VALUE=DATE:20261225
        RRULE:FREQ=YEARLY;COUNT=3
        END:VEVENT
        END:VCALENDAR
        """;
    CalendarRule events = IcsFile.parse(file, LISBON);
    CalendarRule none =
        IcsFile.parse("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n", LISBON);
    Calendar holidays = new Calendar("bank = holidays", LISBON, List.of(events, none), List.of());
    Map<String, Calendar> calendars = new LinkedHashMap<>();
    // Before the one that it names.
    calendars.put(
        "open",
        new Calendar("open", LISBON, List.of(CalendarText.parse("MON-FRI")), List.of(holidays)));
    calendars.put("bank = holidays", holidays);

    assertThat(CalendarBook.read(CalendarBook.write(calendars))).isEqualTo(calendars);
  }

  @Test
  void whatAnotherVersionWroteIsLeftOutWithWhatExceptsIt() {
    Map<String, Calendar> read =
        CalendarBook.read(
            Map.of(
                "sound", "zone=UTC\nwhen=MON",
                "newer", "zone=UTC\nmoon=full",
                "no line", "zone=UTC\nwhen=sometimes",
                "no zone", "when=MON",
                "no number", "zone=UTC\nevents=1 x",
                "within", "zone=UTC\nwhen=TUE\nexcept=newer",
                "itself", "zone=UTC\nwhen=TUE\nexcept=itself",
                "nobody", "zone=UTC\nwhen=TUE\nexcept=gone"));

    assertThat(read).containsOnlyKeys("sound");
  }
}
