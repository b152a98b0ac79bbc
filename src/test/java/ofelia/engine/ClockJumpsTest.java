package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ofelia.config.JobKeys;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobSpec;
import ofelia.model.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A wall clock that steps in either direction, and a machine that sleeps. It is half a minute
/// before noon.
final class ClockJumpsTest extends EngineStage {

  private static Settings misfire(String policy) {
    return new Settings.Builder().put(JobKeys.MISFIRE, policy).build();
  }

  private List<String> begun(String job) {
    return begins.stream()
        .filter(begin -> begin.job().equals(job))
        .map(begin -> begin.at().toString().substring(11, 16))
        .toList();
  }

  /// Seconds of elapsed time between the runs of a job.
  private List<Long> between(String job) {
    List<Duration> at =
        begins.stream()
            .filter(begin -> begin.job().equals(job))
            .map(EngineStage.Begin::elapsed)
            .toList();
    List<Long> between = new ArrayList<>();
    for (int i = 1; i < at.size(); i++) {
      between.add(at.get(i).minus(at.get(i - 1)).toSeconds());
    }
    return between;
  }

  // Forward

  @ParameterizedTest
  @CsvSource({"skip, 0", "latest, 1", "all, 8"})
  void aMachineThatSleptMissesOrMakesUp(String policy, int madeUp) throws Exception {
    live(
        List.of(job("a", "0 * * * *", misfire(policy))),
        scheduler -> {
          world.sleep(Duration.ofMinutes(20));
          world.suspend(Duration.ofHours(8));
          world.sleep(Duration.ofMinutes(20));
        });
    assertThat(begins).hasSize(1 + madeUp);
    assertThat(history("a")).hasSize(9);
    assertThat(history("a"))
        .filteredOn(entry -> entry.fate().equals("missed"))
        .hasSize(8 - madeUp)
        .allMatch(entry -> entry.reason().startsWith("the machine was suspended for 8h0m0s"));
  }

  @Test
  void aStepForwardIsLikeDowntime() throws Exception {
    live(
        List.of(job("a", "*/10 * * * *"), job("b", "@every 10m")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(5));
          world.stepWallClock(Duration.ofSeconds(26 * 60 + 10));
          world.sleep(Duration.ofMinutes(20));
        });
    assertThat(fates("a"))
        .containsExactly(
            "12:00 ran", "12:10 missed", "12:20 missed", "12:30 ran", "12:40 ran", "12:50 ran");
    assertThat(history("a").get(1).reason()).isEqualTo("the clock stepped forward by 26m10s");
    assertThat(fates("b"))
        .containsExactly("12:09 missed", "12:19 missed", "12:29 missed", "12:39 ran", "12:49 ran");
  }

  @Test
  void whatWasClaimedForTheInstantBeforeAStepIsJudgedWithTheOthers() throws Exception {
    live(
        List.of(job("a", "0 12,13 * * *", misfire("latest"))),
        scheduler -> {
          // Half a second before noon it is claimed already.
          world.sleep(Duration.ofMillis(29_500));
          world.stepWallClock(Duration.ofHours(3));
          world.sleep(Duration.ofMinutes(1));
        });
    assertThat(fates("a")).containsExactly("12:00 missed", "13:00 ran");
    assertThat(history("a").getFirst().reason()).startsWith("the clock stepped forward by 3h0m0s");
    assertThat(begins).extracting(begin -> begin.cause().word()).containsExactly("catch-up");
  }

  // Back

  @Test
  void aStepBackLetsIntervalsGoOnAndFixedTimesWait() throws Exception {
    live(
        List.of(
            job("every", "@every 7m"),
            job("interval", "*/5 * * * *"),
            job("done", "15 12 * * *"),
            job("next", "0 13 * * *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(31));
          world.stepWallClock(Duration.ofHours(-1));
          world.sleep(Duration.ofMinutes(100));
        });
    assertThat(between("every")).hasSizeGreaterThan(15).containsOnly(420L);
    assertThat(between("interval")).hasSizeGreaterThan(20).containsOnly(300L);
    assertThat(begun("interval"))
        .startsWith("12:00", "12:05", "12:10", "12:15", "12:20", "12:25")
        .containsSubsequence("12:30", "11:35", "11:40", "12:00", "12:05");
    assertThat(begun("done")).containsExactly("12:15");
    assertThat(begun("next")).containsExactly("13:00");
    assertThat(history()).extracting(HistoryEntry::fate).containsOnly("ran");
    assertThat(
            history("interval").stream()
                .filter(entry -> entry.dueMillis() == at("12:05").toEpochMilli()))
        .extracting(HistoryEntry::era)
        .containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void aStepBackByMoreThanThreeHoursLetsEverythingGoOnFromThere() throws Exception {
    live(
        List.of(
            job("every", "@every 7m"), job("fixed", "0,15 12 * * *"), job("once", "0 12 2 11 *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(31));
          world.stepWallClock(Duration.ofHours(-4));
          world.sleep(Duration.ofHours(5));
        });
    assertThat(between("every")).hasSizeGreaterThan(40).containsOnly(420L);
    assertThat(begun("fixed")).containsExactly("12:00", "12:15", "12:00", "12:15");
    assertThat(history("fixed"))
        .extracting(HistoryEntry::era)
        .containsExactlyInAnyOrder(0, 0, 1, 1);
  }

  @Test
  void aSmallStepBackReplaysNothing() throws Exception {
    live(
        List.of(
            job("interval", "* * * * *"), job("every", "@every 1m"), job("fixed", "0 12 * * *")),
        scheduler -> {
          for (int i = 0; i < 10; i++) {
            world.sleep(Duration.ofSeconds(31));
            world.stepWallClock(Duration.ofSeconds(-2));
            world.sleep(Duration.ofSeconds(29));
          }
        });
    assertThat(between("every")).containsOnly(60L);
    assertThat(between("interval")).allMatch(seconds -> seconds >= 60 && seconds <= 64);
    assertThat(begun("fixed")).hasSize(1);
  }

  @Test
  void aWrongStepForwardThatIsUndoneIsNoHoleOfHours() throws Exception {
    live(
        List.of(job("interval", "*/10 * * * *"), job("every", "@every 10m")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(5));
          world.stepWallClock(Duration.ofHours(2));
          world.sleep(Duration.ofMinutes(5));
          world.stepWallClock(Duration.ofHours(-2));
          world.sleep(Duration.ofMinutes(60));
        });
    assertThat(between("interval")).hasSizeGreaterThan(5).allMatch(seconds -> seconds <= 1_200);
    assertThat(between("every")).hasSizeGreaterThan(3).allMatch(seconds -> seconds <= 1_200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"claim", "book", "open", "withdraw", "settle"})
  void aStoreThatIsAwayWhenTheClockIsSetBackChangesNothingOfIt(String method) throws Exception {
    live(
        List.of(
            job("every", "@every 1m"), job("interval", "* * * * *"), job("fixed", "*/2 12 * * *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(10));
          faults.fail(method);
          world.stepWallClock(Duration.ofMinutes(-30));
          world.sleep(Duration.ofSeconds(20));
          faults.mend(method);
          world.sleep(Duration.ofMinutes(20));
        });
    assertThat(history()).extracting(HistoryEntry::fate).containsOnly("ran");
    assertThat(between("every")).hasSize(29).allMatch(seconds -> seconds >= 50 && seconds <= 70);
    assertThat(between("interval")).hasSize(29).allMatch(seconds -> seconds >= 50 && seconds <= 70);
    assertThat(ledger.era()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEraWhoseOpeningWasNotAnsweredIsEnteredAllTheSame(boolean isLate) throws Exception {
    live(
        List.of(job("every", "@every 1m"), job("interval", "* * * * *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(10));
          faults.loseAnswer("open", Duration.ofSeconds(7), isLate);
          world.stepWallClock(Duration.ofMinutes(-30));
          world.sleep(Duration.ofSeconds(20 * 60 + 20));
        });
    assertThat(ledger.era()).isEqualTo(1);
    assertThat(history()).extracting(HistoryEntry::fate).containsOnly("ran");
    assertThat(between("every")).hasSize(29).allMatch(seconds -> seconds >= 50 && seconds <= 70);
    assertThat(between("interval")).hasSize(29).allMatch(seconds -> seconds >= 50 && seconds <= 70);
  }

  // Across a restart

  @Test
  void aStartWithAClockThatIsEarlierThanTheLastOneGoesOn() throws Exception {
    List<JobSpec> jobs =
        List.of(
            job("every", "@every 7m"),
            job("interval", "*/5 * * * *"),
            job("done", "15 12 * * *"),
            job("next", "0 13 * * *"));
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(31)));
    restart();
    world.stepWallClock(Duration.ofHours(-1));
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(100)));
    // The daemon before is known to have lived up to half a minute before its end.
    assertThat(between("every")).hasSizeGreaterThan(15).allMatch(s -> s >= 420 && s <= 450);
    assertThat(between("interval")).hasSizeGreaterThan(20).allMatch(s -> s >= 300 && s <= 600);
    assertThat(begun("done")).containsExactly("12:15");
    assertThat(begun("next")).containsExactly("13:00");
    assertThat(history()).extracting(HistoryEntry::fate).containsOnly("ran");
    assertThat(ledger.era()).isEqualTo(1);
  }

  @Test
  void aRunThatWasAboutToBeginBeforeSuchAStartBeginsThenAndOnce() throws Exception {
    List<JobSpec> jobs = List.of(job("a", "0 12 * * *"), job("b", "* * * * * *"));
    live(
        jobs,
        scheduler -> {
          world.sleep(Duration.ofMillis(29_500));
          faults.fail("intend");
          world.sleep(Duration.ofSeconds(3));
        });
    assertThat(fates("a")).containsExactly("12:00 running");
    faults.mend("intend");
    restart();
    world.stepWallClock(Duration.ofHours(-2));
    live(jobs, scheduler -> world.sleep(Duration.ofHours(4)));
    assertThat(begun("a")).containsExactly("10:00");
    assertThat(fates("a")).containsExactly("12:00 ran");
  }

  @Test
  void aCrashRightAfterTheClockWasSetBackHidesNothing() throws Exception {
    List<JobSpec> jobs = List.of(job("every", "@every 1m"), job("interval", "* * * * *"));
    live(
        jobs,
        scheduler -> {
          world.sleep(Duration.ofMinutes(10));
          faults.fail("open");
          world.stepWallClock(Duration.ofMinutes(-30));
          world.sleep(Duration.ofSeconds(20));
        });
    faults.mend("open");
    restart();
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(10)));
    assertThat(ledger.era()).isEqualTo(1);
    assertThat(begun("interval")).hasSizeGreaterThan(18);
    assertThat(begun("every")).hasSizeGreaterThan(18);
  }

  // Jitter

  @Test
  void jitterIsTheSameDelayOverRestartsAndNeverReachesTheNextInstant() throws Exception {
    Settings spread = new Settings.Builder().put(JobKeys.JITTER, Duration.ofMinutes(10)).build();
    List<JobSpec> jobs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      jobs.add(job("job-" + i, "*/5 * * * *", spread));
    }
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(2)));
    restart();
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(2)));
    restart();
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(27)));
    assertThat(history()).extracting(HistoryEntry::fate).doesNotContain("missed");
    List<Long> delays =
        begins.stream().map(begin -> Duration.between(begin.due(), begin.at()).toMillis()).toList();
    assertThat(delays).hasSizeBetween(280, 330).allMatch(delay -> delay >= 0 && delay < 300_000);
    for (long from = 0; from < 300_000; from += 60_000) {
      long start = from;
      assertThat(delays.stream().filter(delay -> delay >= start && delay < start + 60_000).count())
          .as("delays from %d ms", from)
          .isBetween(35L, 90L);
    }
    assertThat(begins)
        .allSatisfy(begin ->
            assertThat(Duration.between(begin.due(), begin.at()).toMillis())
                .isEqualTo(
                    ofelia.cron.Jitter.delayMillis(
                        begin.job(),
                        begin.due().toEpochMilli(),
                        begin.due().plusSeconds(300).toEpochMilli(),
                        Duration.ofMinutes(10))));
  }

  @Test
  void whatWaitsForItsJitterIsOnRecordWithTheReasonAndSurvivesAChangeOfTheJob() throws Exception {
    Settings spread = new Settings.Builder().put(JobKeys.JITTER, Duration.ofHours(20)).build();
    live(
        List.of(job("a", "0 12 * * *", spread)),
        scheduler -> {
          world.sleep(Duration.ofMinutes(1));
          assertThat(history("a").getFirst().reason())
              .startsWith("begins at 2026-11-0")
              .endsWith(" (jitter)");
          scheduler.apply("ini", List.of(job("a", "0 18 1 1 *")));
          world.sleep(Duration.ofHours(20));
        });
    assertThat(fates("a")).containsExactly("12:00 ran");
  }

  @Test
  void latenessCountsFromTheDelayedInstant() throws Exception {
    Settings spread = new Settings.Builder().put(JobKeys.JITTER, Duration.ofHours(20)).build();
    JobSpec job = job("a", "0 12 * * *", spread);
    long delay = Duration.between(at("12:00"), beginOf(job)).toSeconds();
    live(List.of(job), scheduler -> world.sleep(Duration.ofSeconds(delay)));
    assertThat(begins).isEmpty();
    restart();
    world.run(() -> world.sleep(Duration.ofSeconds(80)));
    live(List.of(job), scheduler -> world.sleep(Duration.ofMinutes(1)));
    assertThat(fates("a")).containsExactly("12:00 ran");
  }

  private static java.time.Instant beginOf(JobSpec job) {
    return java.time.Instant.ofEpochMilli(
        DueInstants.of(job, 0).beginMillis(at("12:00").toEpochMilli()));
  }

  @Test
  void aJobWhoseRunWaitedWhileTheClockWasSetBackAndBeganTooLateGoesOn() throws Exception {
    Settings spread = new Settings.Builder().put(JobKeys.JITTER, Duration.ofMinutes(50)).build();
    live(
        List.of(job("hourly", "0 * * * *", spread), job("daily", "0 12 * * *", spread)),
        scheduler -> {
          world.sleep(Duration.ofMinutes(1));
          world.stepWallClock(Duration.ofMinutes(-2));
          world.sleep(Duration.ofSeconds(5));
          world.suspend(Duration.ofHours(4));
          world.sleep(Duration.ofHours(22));
        });
    assertThat(ledger.era()).isEqualTo(1);
    assertThat(fates("hourly")).contains("17:00 ran", "18:00 ran", "12:00 ran");
    assertThat(fates("daily")).containsExactly("12:00 missed", "12:00 ran");
  }

  @Test
  void aStepBackDoesNotLengthenTheJitter() throws Exception {
    Settings spread = new Settings.Builder().put(JobKeys.JITTER, Duration.ofHours(20)).build();
    JobSpec job = job("a", "0 12 * * *", spread);
    long delay = Duration.between(at("12:00"), beginOf(job)).toSeconds();
    live(
        List.of(job),
        scheduler -> {
          world.sleep(Duration.ofMinutes(1));
          world.stepWallClock(Duration.ofHours(-2));
          world.sleep(Duration.ofHours(23));
        });
    assertThat(begins.getFirst().elapsed().toSeconds()).isBetween(delay + 29, delay + 31);
    assertThat(fates("a")).startsWith("12:00 ran");
  }
}
