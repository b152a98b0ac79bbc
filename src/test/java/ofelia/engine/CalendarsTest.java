package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ofelia.calendar.Calendar;
import ofelia.calendar.CalendarSyntaxException;
import ofelia.calendar.CalendarText;
import ofelia.config.CalendarKeys;
import ofelia.config.JobKeys;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.Settings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What calendars do to runs. The stage begins at half a minute to noon.
class CalendarsTest extends EngineStage {

  @BeforeEach
  void closeForAQuarter() throws CalendarSyntaxException {
    calendars = Map.of("lunch", calendar("lunch", "12:05-12:20"));
  }

  private static Calendar calendar(String name, String... lines) throws CalendarSyntaxException {
    List<ofelia.calendar.CalendarRule> rules = new java.util.ArrayList<>();
    for (String line : lines) {
      rules.add(CalendarText.parse(line));
    }
    return new Calendar(name, ZoneOffset.UTC, rules, List.of());
  }

  private static Settings.Builder excluding(String action) {
    return new Settings.Builder()
        .put(CalendarKeys.EXCLUDE_CALENDARS, List.of("lunch"))
        .put(CalendarKeys.CALENDAR_ACTION, action);
  }

  private static List<String> reasons(List<HistoryEntry> entries) {
    return entries.stream().map(HistoryEntry::reason).distinct().toList();
  }

  @Test
  void whatACalendarExcludesIsSkippedAndTheReasonNamesIt() throws Exception {
    live(
        List.of(job("a", "*/5 * * * *", excluding("skip").build())),
        scheduler -> world.sleep(Duration.ofMinutes(26)));
    assertThat(begins)
        .extracting(Begin::due)
        .containsExactly(at("12:00"), at("12:20"), at("12:25"));
    assertThat(fates("a"))
        .containsExactly(
            "12:00 ran",
            "12:05 skipped",
            "12:10 skipped",
            "12:15 skipped",
            "12:20 ran",
            "12:25 ran");
    assertThat(history("a").get(1).reason())
        .isEqualTo("the calendar \"lunch\" excludes 2026-11-02T12:05:00Z");
  }

  @Test
  void whatIsDeferredBeginsOnceAtTheEndAndTheOthersAreSkipped() throws Exception {
    live(
        List.of(job("a", "*/5 * * * *", excluding("defer").build())),
        scheduler -> {
          world.sleep(Duration.ofMinutes(12));
          assertThat(history("a").get(1).reason())
              .isEqualTo(
                  "the calendar \"lunch\" excludes 2026-11-02T12:05:00Z; it begins at"
                      + " 2026-11-02T12:20:00Z");
          assertThat(scheduler.counts()).containsEntry("waiting", 1);
          world.sleep(Duration.ofMinutes(14));
        });
    assertThat(begins)
        .extracting(begin -> begin.due() + " " + seconds(begin.at()))
        .contains("2026-11-02T12:05:00Z 1200", "2026-11-02T12:20:00Z 1200");
    assertThat(fates("a"))
        .containsExactly(
            "12:00 ran", "12:05 ran", "12:10 skipped", "12:15 skipped", "12:20 ran", "12:25 ran");
    assertThat(reasons(history("a").subList(2, 4)))
        .allSatisfy(reason -> assertThat(reason).endsWith("an earlier run waits for that already"));
  }

  @Test
  void aDeferredRunSurvivesARestartAndStillBeginsAtTheEnd() throws Exception {
    Settings settings = excluding("defer").build();
    live(List.of(job("a", "5 * * * *", settings)), scheduler -> world.sleep(Duration.ofMinutes(8)));
    assertThat(begins).isEmpty();
    restart();
    live(
        List.of(job("a", "5 * * * *", settings)), scheduler -> world.sleep(Duration.ofMinutes(20)));
    assertThat(begins)
        .extracting(begin -> begin.due() + " " + seconds(begin.at()))
        .containsExactly("2026-11-02T12:05:00Z 1200");
  }

  @Test
  void aDeferredRunIsMissedWhenNobodyIsThereAtTheEnd() throws Exception {
    Settings settings = excluding("defer").build();
    live(List.of(job("a", "5 * * * *", settings)), scheduler -> world.sleep(Duration.ofMinutes(8)));
    world.run(() -> world.sleep(Duration.ofMinutes(20)));
    restart();
    live(List.of(job("a", "5 * * * *", settings)), scheduler -> world.sleep(Duration.ofMinutes(5)));
    assertThat(begins).isEmpty();
    assertThat(fates("a")).containsExactly("12:05 missed");
    assertThat(history("a").getFirst().reason()).contains("(max-lateness)");
  }

  @Test
  void onlyInsideTheCalendarsThatAreIncluded() throws Exception {
    Settings settings =
        new Settings.Builder().put(CalendarKeys.INCLUDE_CALENDARS, List.of("lunch")).build();
    live(
        List.of(job("a", "*/5 * * * *", settings)),
        scheduler -> world.sleep(Duration.ofMinutes(26)));
    assertThat(begins)
        .extracting(Begin::due)
        .containsExactly(at("12:05"), at("12:10"), at("12:15"));
    assertThat(history("a").getFirst().reason())
        .isEqualTo("the calendar \"lunch\" does not include 2026-11-02T12:00:00Z");
  }

  @Test
  void whatBeginsLateMustNotBeginInsideEither() throws Exception {
    calendars = Map.of("lunch", calendar("lunch", "12:01-24:00"));
    live(
        List.of(job("b", "20 0 12 * * *", jittered())),
        scheduler -> world.sleep(Duration.ofHours(1)));
    assertThat(fates("b")).containsExactly("12:00 skipped");
    assertThat(history("b").getFirst().reason())
        .startsWith("the calendar \"lunch\" excludes 2026-11-02T12:");
  }

  /// Due outside and, with its jitter, begun inside.
  private static Settings jittered() {
    return excluding("skip").put(JobKeys.JITTER, Duration.ofHours(1)).build();
  }

  @Test
  void whatIsAskedForByHandIsNotJudged() throws Exception {
    live(
        List.of(job("a", "@triggered", excluding("skip").build())),
        scheduler -> {
          world.sleep(Duration.ofMinutes(7));
          scheduler.runNow(new JobName("a"));
          world.sleep(Duration.ofMinutes(1));
        });
    assertThat(history("a").getFirst().cause()).isEqualTo(Cause.MANUAL);
    assertThat(history("a").getFirst().fate()).isEqualTo("ran");
  }

  @Test
  void aDeferredRunCanBeStopped() throws Exception {
    live(
        List.of(job("a", "5 12 * * *", excluding("defer").build())),
        scheduler -> {
          world.sleep(Duration.ofMinutes(8));
          HistoryEntry held = history("a").getFirst();
          assertThat(scheduler.stop(held.run().orElseThrow(), "a test"))
              .isInstanceOf(StopAnswer.Stopping.class);
          world.sleep(Duration.ofMinutes(20));
        });
    assertThat(begins).isEmpty();
    assertThat(history("a").getFirst().reason()).isEqualTo("stopped by a test while it waited");
  }

  @Test
  void aCalendarThatChangesMeanwhileIsAskedAgain() throws Exception {
    Map<String, Calendar> changing = new HashMap<>(calendars);
    calendars = changing;
    Calendar longer = calendar("lunch", "12:05-12:40");
    live(
        List.of(job("a", "5 12 * * *", excluding("defer").build())),
        scheduler -> {
          world.sleep(Duration.ofMinutes(8));
          changing.put("lunch", longer);
          world.sleep(Duration.ofMinutes(60));
        });
    assertThat(begins).extracting(begin -> seconds(begin.at())).containsExactly(2400L);
  }

  @Test
  void withoutAnEndInSightADeferredRunIsSkipped() throws Exception {
    calendars = Map.of("lunch", calendar("lunch", "MON-SUN"));
    live(
        List.of(job("a", "0 12 * * *", excluding("defer").build())),
        scheduler -> world.sleep(Duration.ofMinutes(1)));
    assertThat(history("a").getFirst().reason()).endsWith("and no end of that is in sight");
  }

  @Test
  void stretchesOfSeveralCalendarsAreLeftOneAfterTheOther() throws Exception {
    calendars =
        Map.of(
            "lunch", calendar("lunch", "12:05-12:20"),
            "siesta", calendar("siesta", "12:15-12:30"),
            "open", calendar("open", "12:00-12:10", "12:40-13:00"));
    Settings settings =
        new Settings.Builder()
            .put(CalendarKeys.EXCLUDE_CALENDARS, List.of("lunch", "siesta"))
            .put(CalendarKeys.INCLUDE_CALENDARS, List.of("open"))
            .put(CalendarKeys.CALENDAR_ACTION, "defer")
            .build();
    live(List.of(job("a", "5 12 * * *", settings)), scheduler -> world.sleep(Duration.ofHours(1)));
    assertThat(begins).extracting(Begin::at).containsExactly(Instant.parse("2026-11-02T12:40:00Z"));
  }
}
