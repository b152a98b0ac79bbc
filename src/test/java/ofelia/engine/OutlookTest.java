package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import ofelia.calendar.Calendar;
import ofelia.calendar.CalendarSyntaxException;
import ofelia.calendar.CalendarText;
import ofelia.config.CalendarKeys;
import ofelia.config.JobKeys;
import ofelia.engine.Outlook.Coming;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is foretold of jobs is what happens to them.
class OutlookTest extends EngineStage {

  private static Map<String, Calendar> lunch(String line) throws CalendarSyntaxException {
    return Map.of(
        "lunch",
        new Calendar("lunch", ZoneOffset.UTC, List.of(CalendarText.parse(line)), List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/5 * * * *   | 12:05-12:20 | exclude | skip  | 0",
        "*/5 * * * *   | 12:05-12:20 | exclude | defer | 0",
        "*/5 * * * *   | 12:05-12:20 | include | skip  | 0",
        "*/5 * * * *   | 12:05-12:20 | include | defer | 0",
        "*/5 * * * *   | 12:05-12:20 | exclude | skip  | 5",
        "*/5 * * * *   | 12:07-12:18 | exclude | defer | 5",
        "*/5 * * * *   | 12:07-12:18 | include | defer | 3",
        "*/20 * * * *  | 12:01-12:31 | exclude | defer | 15",
        "@every 7m     | 12:05-12:20 | exclude | defer | 2",
        "* * * * *     | 13:00-14:00 | exclude | skip  | 1",
        "*/10 * * * *  | MON-SUN     | exclude | defer | 0",
      })
  void eachInstantBeginsWhenItWasForetold(
      String schedule, String line, String which, String action, int jitterMinutes)
      throws Exception {
    calendars = lunch(line);
    JobSpec job =
        job(
            "a",
            schedule,
            new Settings.Builder()
                .put(
                    which.equals("exclude")
                        ? CalendarKeys.EXCLUDE_CALENDARS
                        : CalendarKeys.INCLUDE_CALENDARS,
                    List.of("lunch"))
                .put(CalendarKeys.CALENDAR_ACTION, action)
                .put(JobKeys.JITTER, Duration.ofMinutes(jitterMinutes))
                .build());
    long anchor = world.millis();
    long end = world.millis() + Duration.ofHours(1).toMillis();

    live(List.of(job), scheduler -> world.sleep(Duration.ofHours(1)));

    Outlook outlook = Outlook.of(job, anchor, calendars);
    List<String> foretold = new ArrayList<>();
    Iterator<Coming> all = outlook.after(anchor);
    for (Coming one = all.next(); one.dueMillis() < end; one = all.next()) {
      if (one.begin().isEmpty() || one.begin().getAsLong() < end) {
        foretold.add(said(one.dueMillis(), one.begin()));
      }
    }
    List<String> happened =
        history("a").stream()
            .filter(entry -> !entry.fate().equals("running"))
            .map(entry -> said(entry.dueMillis(), beginOf(entry)))
            .toList();
    assertThat(happened).containsExactlyElementsOf(foretold).isNotEmpty();
    assertThat(outlook.first(anchor).map(Coming::dueMillis))
        .isEqualTo(
            history("a").stream()
                .filter(entry -> entry.fate().equals("ran"))
                .map(HistoryEntry::dueMillis)
                .findFirst());
  }

  private static OptionalLong beginOf(HistoryEntry entry) {
    return entry.fate().equals("ran")
        ? OptionalLong.of(entry.startedMillis())
        : OptionalLong.empty();
  }

  private static String said(long due, OptionalLong begin) {
    return Instant.ofEpochMilli(due)
        + " "
        + (begin.isPresent() ? Instant.ofEpochMilli(begin.getAsLong()) : "left out");
  }

  @Test
  void theFirstRunIsFoundFarBehindInstantsThatAreLeftOut() throws Exception {
    Settings settings =
        new Settings.Builder().put(CalendarKeys.EXCLUDE_CALENDARS, List.of("lunch")).build();
    long now = at("12:00").toEpochMilli();

    assertThat(
            Outlook.of(job("a", "* * * * * *", settings), now, lunch("2026-01-01..2027-12-31"))
                .first(now)
                .orElseThrow()
                .begin())
        .hasValue(Instant.parse("2028-01-01T00:00:00Z").toEpochMilli());
    // Seconds at which nothing is due lie between all that is allowed.
    assertThat(Outlook.of(job("a", "0 12 * * *", settings), now, lunch("11:00-13:00")).first(now))
        .isEmpty();
    assertThat(Outlook.of(job("a", "* * * * * *", settings), now, Map.of()).first(now)).isEmpty();
  }

  @Test
  void ofAJobThatIsHeldBackNothingBegins() throws Exception {
    JobSpec job =
        spec(
            "a",
            "* * * * *",
            Settings.EMPTY,
            List.of(Problem.error(Origin.of("test"), "", "is broken", "")));
    Outlook outlook = Outlook.of(job, 0, Map.of());

    assertThat(outlook.first(0)).isEmpty();
    assertThat(outlook.after(0).next().why())
        .isEqualTo(Optional.of("the job is held back because of a mistake"));
  }
}
