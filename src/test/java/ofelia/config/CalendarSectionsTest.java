package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.model.Problem;
import ofelia.syntax.IniFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalendarSectionsTest {

  private static Configuration read(String text) {
    Overrides none = Overrides.read(Map.of(), _ -> Optional.empty());
    return new ConfigurationReader(_ -> Optional.empty(), ZoneId.of("Europe/Berlin"), none)
        .read(List.of(IniFile.parse("ofelia.ini", text)));
  }

  private static boolean holds(Configuration configuration, String calendar, String instant) {
    return Optional.ofNullable(configuration.calendars().byName().get(calendar))
        .orElseThrow()
        .contains(Instant.parse(instant).toEpochMilli());
  }

  @Test
  void calendarsAreMadeOfLinesFilesAndExceptions(@TempDir Path directory) throws IOException {
    Path ics = directory.resolve("days.ics");
    Files.writeString(
        ics,
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261221
        END:VEVENT
        END:VCALENDAR
        """);
    Configuration configuration =
        read(
            """
            [calendar "business-days"]
            when = MON-FRI
            except = holidays
            [calendar "holidays"]
            when = 12-25, 12-26
            when = 01-01
            ics = %s
            [job-local "a"]
            schedule = @daily
            command = true
            exclude-calendars = holidays
            """
                .formatted(ics));
    assertThat(configuration.allProblems()).isEmpty();
    assertThat(holds(configuration, "holidays", "2026-12-25T12:00:00Z")).isTrue();
    assertThat(holds(configuration, "holidays", "2027-01-01T12:00:00Z")).isTrue();
    assertThat(holds(configuration, "holidays", "2026-12-21T12:00:00Z")).isTrue();
    assertThat(holds(configuration, "business-days", "2026-12-21T12:00:00Z")).isFalse();
    assertThat(holds(configuration, "business-days", "2026-12-22T12:00:00Z")).isTrue();
    assertThat(configuration.calendars().files()).containsExactly(ics);
  }

  @Test
  void keysThatNeedAnotherMisfireAreIdleAndSaySo() {
    Configuration configuration =
        read(
            """
            [global]
            catch-up-window = 2d
            [job-local "a"]
            schedule = @daily
            command = true
            catch-up-window = 3d
            max-catch-up = 5
            [job-local "b"]
            schedule = @daily
            command = true
            misfire = latest
            catch-up-window = 3d
            max-catch-up = 5
            """);
    assertThat(configuration.allProblems().stream().map(Problem::text))
        .containsExactly(
            "ofelia.ini:6:1: [job-local \"a\"] catch-up-window: has no effect: nothing is made up"
                + " for; write misfire = latest or misfire = all",
            "ofelia.ini:7:1: [job-local \"a\"] max-catch-up: has no effect: nothing is made up for;"
                + " write misfire = all",
            "ofelia.ini:13:1: [job-local \"b\"] max-catch-up: has no effect: nothing is made up for;"
                + " write misfire = all");
  }

  @Test
  void aCalendarHasAZoneOfItsOwn() {
    Configuration configuration =
        read(
            """
            [global]
            timezone = Asia/Tokyo
            [calendar "new-york"]
            when = 2026-12-25
            timezone = America/New_York
            [calendar "global"]
            when = 2026-12-25
            """);
    assertThat(configuration.allProblems()).isEmpty();
    assertThat(holds(configuration, "new-york", "2026-12-26T04:00:00Z")).isTrue();
    assertThat(holds(configuration, "new-york", "2026-12-25T04:00:00Z")).isFalse();
    assertThat(holds(configuration, "global", "2026-12-24T16:00:00Z")).isTrue();
    assertThat(holds(configuration, "global", "2026-12-25T16:00:00Z")).isFalse();
  }

  @Test
  void everyMistakeIsNamedAtItsPlaceAndHoldsBackTheJobsConcerned() {
    Configuration configuration =
        read(
            """
            [calendar "holidays"]
            when = 12-25, 12-35
            [calendar "closed"]
            ics = /nowhere/days.ics
            [calendar "circle"]
            when = MON
            except = square
            [calendar "square"]
            when = TUE
            except = circle
            [calendar "odd"]
            when = MON
            except = holiday
            [calendar "empty"]
            [calendar ""]
            when = MON
            [job-local "a"]
            schedule = @daily
            command = true
            exclude-calendars = holidays, Closed
            [job-local "b"]
            schedule = @daily
            command = true
            """);
    assertThat(configuration.allProblems().stream().map(Problem::text))
        .containsExactly(
            "ofelia.ini:2:15: [calendar \"holidays\"] when: \"12-35\" is no day of the year; write"
                + " for example MON-FRI, 12-24..01-01, 2027-05-14 or MON-FRI 22:00-06:00",
            "ofelia.ini:4:1: [calendar \"closed\"] ics: \"/nowhere/days.ics\" there is no such"
                + " file; check the path, and that the daemon's user may read the file",
            "ofelia.ini:7:1: [calendar \"circle\"] except: names the calendar \"square\", which"
                + " cannot be read",
            "ofelia.ini:10:1: [calendar \"square\"] except: leads back to the calendar itself by"
                + " \"circle\"",
            "ofelia.ini:13:1: [calendar \"odd\"] except: there is no calendar \"holiday\"; did you"
                + " mean \"holidays\"?",
            "ofelia.ini:14:2: [calendar \"empty\"]: is empty; add for example when = MON-FRI"
                + " 09:00-17:00",
            "ofelia.ini:15:2: [calendar \"\"]: has no name; write [calendar \"holidays\"]",
            "ofelia.ini:20:21: [job-local \"a\"] exclude-calendars: the calendar \"holidays\" cannot"
                + " be read; mend the calendar",
            "ofelia.ini:20:21: [job-local \"a\"] exclude-calendars: there is no calendar"
                + " \"Closed\"; did you mean \"closed\"?");
    assertThat(configuration.jobs())
        .extracting(job -> job.name() + " " + job.isQuarantined())
        .containsExactly("a true", "b false");
  }
}
