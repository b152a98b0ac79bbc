package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import ofelia.config.JobKeys;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobSpec;
import ofelia.model.RunId;
import ofelia.model.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of instants that passed while nobody was there.
final class MisfireTest extends EngineStage {

  private static final String HOURLY = "0 * * * *";

  private static Settings misfire(String policy) {
    return new Settings.Builder().put(JobKeys.MISFIRE, policy).build();
  }

  private static Settings all(int most, Duration window) {
    return new Settings.Builder()
        .put(JobKeys.MISFIRE, "all")
        .put(JobKeys.MAX_CATCH_UP, most)
        .put(JobKeys.CATCH_UP_WINDOW, window)
        .build();
  }

  /// The daemon begins half a minute before noon and is away from half past twelve until 15:30:30.
  private void awayForThreeHours(List<JobSpec> jobs, Script afterwards) throws Exception {
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(31)));
    restart();
    world.run(() -> world.sleep(Duration.ofHours(3)));
    live(jobs, afterwards);
  }

  private List<String> begun() {
    return begins.stream()
        .map(begin -> begin.due().toString().substring(11, 16) + " " + begin.cause().word())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "skip,   12:00 schedule",
    "latest, 12:00 schedule / 15:00 catch-up",
    "all,    12:00 schedule / 13:00 catch-up / 14:00 catch-up / 15:00 catch-up"
  })
  void eachPolicyMakesUpForItsPartOfADowntime(String policy, String expected) throws Exception {
    List<JobSpec> jobs = List.of(job("a", HOURLY, misfire(policy)));
    awayForThreeHours(jobs, scheduler -> world.sleep(Duration.ofMinutes(5)));
    assertThat(begun()).containsExactly(expected.split(" / "));
    assertThat(history("a")).hasSize(4);
    assertThat(history("a"))
        .filteredOn(entry -> entry.fate().equals("ran"))
        .hasSameSizeAs(begins)
        .extracting(HistoryEntry::cause)
        .containsExactlyElementsOf(begins.stream().map(Begin::cause).toList());
    assertThat(history("a"))
        .filteredOn(entry -> !entry.fate().equals("ran"))
        .allMatch(entry -> entry.fate().equals("missed"))
        .allMatch(entry -> entry.reason().startsWith("the daemon was not running"));
  }

  @Test
  void runsThatAreMadeUpForGoOneAfterAnotherAndDoNotHoldUpWhatIsDueNow() throws Exception {
    takes("a", Duration.ofMinutes(50), 0);
    List<JobSpec> jobs = List.of(job("a", HOURLY, misfire("all")));
    awayForThreeHours(
        jobs,
        scheduler -> {
          world.sleep(Duration.ofSeconds(1));
          assertThat(scheduler.counts()).containsEntry("running", 1).containsEntry("waiting", 2);
          assertThat(history("a").getLast().reason()).isEqualTo("waits for its turn (catch-up)");
          world.sleep(Duration.ofHours(3));
        });
    // 13:00 from 15:30:30 to 16:20:30; what is due at 16:00 begins then, and 14:00 when both ended.
    assertThat(begins)
        .extracting(begin ->
            begin.due().toString().substring(11, 16)
                + " at "
                + begin.at().toString().substring(11, 16))
        .containsExactly(
            "12:00 at 12:00",
            "13:00 at 15:30",
            "16:00 at 16:00",
            "14:00 at 16:50",
            "17:00 at 17:00",
            "15:00 at 17:50",
            "18:00 at 18:00");
  }

  @Test
  void aBoundOnHowManyAreMadeUpForKeepsTheNewest() throws Exception {
    List<JobSpec> jobs = List.of(job("a", "*/10 * * * *", all(4, Duration.ofMinutes(61))));
    awayForThreeHours(jobs, scheduler -> world.sleep(Duration.ofMinutes(5)));
    List<HistoryEntry> passed = history("a").stream().skip(4).toList();
    assertThat(passed)
        .filteredOn(entry -> entry.fate().equals("ran"))
        .extracting(entry -> Instant.ofEpochMilli(entry.dueMillis()))
        .containsExactly(at("15:00"), at("15:10"), at("15:20"), at("15:30"));
    assertThat(passed)
        .filteredOn(entry -> entry.dueMillis() < at("14:30").toEpochMilli())
        .hasSize(11)
        .extracting(HistoryEntry::reason)
        .allMatch(reason -> reason.endsWith("; longer than 1h1m0s ago (catch-up-window)"));
    assertThat(passed)
        .filteredOn(entry ->
            entry.dueMillis() >= at("14:30").toEpochMilli()
                && entry.dueMillis() < at("15:00").toEpochMilli())
        .hasSize(3)
        .extracting(HistoryEntry::reason)
        .allMatch(reason -> reason.endsWith("; more than 4 had passed (max-catch-up)"));
  }

  @Test
  void aDaemonThatDiesWhileItMakesUpGoesOnWhereItWas() throws Exception {
    takes("a", Duration.ofMinutes(2), 0);
    List<JobSpec> jobs = List.of(job("a", HOURLY, misfire("all")));
    awayForThreeHours(jobs, scheduler -> world.sleep(Duration.ofMinutes(3)));
    restart();
    live(jobs, scheduler -> world.sleep(Duration.ofSeconds(10)));
    restart();
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(10)));
    assertThat(begun())
        .containsExactly("12:00 schedule", "13:00 catch-up", "14:00 catch-up", "15:00 catch-up");
    assertThat(fates("a")).containsExactly("12:00 ran", "13:00 ran", "14:00 ran", "15:00 ran");
  }

  @Test
  void whatWasToBeMadeUpForIsMissedOnceItsWindowHasPassed() throws Exception {
    takes("a", Duration.ofHours(1), 0);
    List<JobSpec> jobs = List.of(job("a", HOURLY, all(9, Duration.ofHours(3))));
    awayForThreeHours(jobs, scheduler -> world.sleep(Duration.ofMinutes(3)));
    restart();
    world.run(() -> world.sleep(Duration.ofMinutes(100)));
    live(jobs, scheduler -> world.sleep(Duration.ofHours(3)));
    // At 17:13 the windows of 14:00 is over, that of 15:00 is not.
    assertThat(fates("a")).startsWith("12:00 ran", "13:00 ran", "14:00 missed", "15:00 ran");
    assertThat(history("a").get(2).reason()).contains("catch-up-window");
  }

  @Test
  void theNewestThatWasClaimedBeforeACrashIsMadeUpForAsSuch() throws Exception {
    List<JobSpec> jobs = List.of(job("a", "0 12 * * *", misfire("latest")));
    // Half a second before noon it is claimed already.
    live(jobs, scheduler -> world.sleep(Duration.ofMillis(29_500)));
    assertThat(fates("a")).containsExactly("12:00 running");
    restart();
    world.run(() -> world.sleep(Duration.ofHours(2)));
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(1)));
    assertThat(begun()).containsExactly("12:00 catch-up");
    assertThat(fates("a")).containsExactly("12:00 ran");
  }

  @Test
  void noFloodAfterALongTime() throws Exception {
    List<JobSpec> jobs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      takes("job-" + i, Duration.ofSeconds(10), 0);
      jobs.add(job("job-" + i, "*/10 * * * *", misfire("all")));
    }
    int[] most = {0};
    awayForThreeHours(
        jobs,
        scheduler -> {
          for (int i = 0; i < 400; i++) {
            world.sleep(Duration.ofSeconds(1));
            most[0] = Math.max(most[0], scheduler.counts().getOrDefault("running", 0));
          }
        });
    assertThat(most[0]).isEqualTo(CatchUp.AT_ONCE);
  }

  @Test
  void aRunThatWaitsForItsTurnCanBeStopped() throws Exception {
    takes("a", Duration.ofMinutes(5), 0);
    List<JobSpec> jobs = List.of(job("a", HOURLY, misfire("all")));
    awayForThreeHours(
        jobs,
        scheduler -> {
          world.sleep(Duration.ofSeconds(1));
          RunId waiting = history("a").get(2).run().orElseThrow();
          assertThat(scheduler.stop(waiting, "a test")).isInstanceOf(StopAnswer.Stopping.class);
          world.sleep(Duration.ofMinutes(20));
        });
    assertThat(fates("a")).containsExactly("12:00 ran", "13:00 ran", "14:00 skipped", "15:00 ran");
  }

  @Test
  void aStoreThatIsAwayForAWhileIsMadeUpForToo() throws Exception {
    live(
        List.of(job("a", "* * * * *", misfire("all"))),
        scheduler -> {
          world.sleep(Duration.ofSeconds(40));
          faults.fail("claim");
          world.sleep(Duration.ofMinutes(5));
          faults.mend("claim");
          world.sleep(Duration.ofMinutes(1));
        });
    assertThat(begun())
        .containsExactly(
            "12:00 schedule",
            "12:01 catch-up",
            "12:02 catch-up",
            "12:03 catch-up",
            "12:04 catch-up",
            "12:05 catch-up",
            "12:06 schedule");
  }
}
