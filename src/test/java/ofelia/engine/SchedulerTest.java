package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.config.JobKeys;
import ofelia.fake.MemoryLedger;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.RunSink;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of the main flow, one by one, in virtual time.
final class SchedulerTest extends EngineStage {

  @Test
  void beginsAtTheInstantAndNotBefore() throws Exception {
    live(
        List.of(job("a", "* * * * *")),
        scheduler -> {
          world.sleep(Duration.ofMinutes(3));
        });
    assertThat(begins).extracting(Begin::at).containsExactly(at("12:00"), at("12:01"), at("12:02"));
    assertThat(history("a")).extracting(HistoryEntry::fate).containsOnly("ran");
  }

  @Test
  void aSecondStartGoesOnWhereTheFirstLeftOff() throws Exception {
    List<JobSpec> jobs = List.of(job("a", "* * * * *"));
    live(jobs, scheduler -> world.sleep(Duration.ofSeconds(40)));
    restart();
    world.run(() -> world.sleep(Duration.ofMinutes(3)));
    live(jobs, scheduler -> world.sleep(Duration.ofSeconds(80)));
    // 12:03 had passed ten seconds before the second start: the newest runs, the others are missed.
    assertThat(fates("a"))
        .containsExactly("12:00 ran", "12:01 missed", "12:02 missed", "12:03 ran", "12:04 ran");
    assertThat(history("a").get(1).reason())
        .isEqualTo(
            "the daemon was not running (last seen 2026-11-02T12:00:00Z, started"
                + " 2026-11-02T12:03:10Z)");
  }

  @Test
  void aRunThatItsRunnerDeclinesHasTheFateThatTheRunnerSays() throws Exception {
    declining = _ -> Optional.of(DeclinedException.skipped("its container is paused"));
    live(List.of(job("a", "* * * * *")), scheduler -> world.sleep(Duration.ofSeconds(61)));
    assertThat(fates("a")).containsExactly("12:00 skipped");
    assertThat(history("a").getFirst().reason()).isEqualTo("its container is paused");
    assertThat(history("a").getFirst().attempts()).isZero();
    assertThat(begins).isEmpty();
  }

  @Test
  void anAttemptThatItsRunnerDeclinesAfterAnotherIsNoSkippedRun() throws Exception {
    declining =
        attempt ->
            attempt == 1 ? Optional.empty() : Optional.of(DeclinedException.refused("no shell"));
    takes("a", Duration.ZERO, 3);
    Settings retried = new Settings.Builder().put(JobKeys.MAX_RETRIES, 1).build();
    live(
        List.of(spec("a", "* * * * *", retried, List.of())),
        scheduler -> world.sleep(Duration.ofSeconds(45)));
    assertThat(history("a").getFirst().outcome()).hasValue("broke");
    assertThat(history("a").getFirst().reason()).isEqualTo("refused: no shell");
  }

  @Test
  void whatIsDueUnderAQuarantinedJobIsRefusedWithTheReason() throws Exception {
    Problem problem = Problem.error(Origin.of("x.ini"), "[job-x \"a\"] user", "is odd", "write b");
    live(
        List.of(spec("a", "* * * * *", Settings.EMPTY, List.of(problem))),
        scheduler -> {
          world.sleep(Duration.ofMinutes(1));
          assertThatThrownBy(() -> scheduler.runNow(new JobName("a")))
              .isInstanceOf(RequestException.class)
              .hasMessageContaining("is odd");
        });
    assertThat(fates("a")).containsExactly("12:00 refused");
    assertThat(history("a").getFirst().reason()).contains("held back").contains("is odd");
    assertThat(begins).isEmpty();
  }

  @Test
  void skipsWhileThePreviousRunIsStillGoingOn() throws Exception {
    Settings alone = new Settings.Builder().put(JobKeys.NO_OVERLAP, true).build();
    takes("a", Duration.ofSeconds(90), 0);
    live(
        List.of(spec("a", "* * * * *", alone, List.of())),
        scheduler -> world.sleep(Duration.ofSeconds(245)));
    assertThat(fates("a"))
        .containsExactly("12:00 ran", "12:01 skipped", "12:02 ran", "12:03 skipped");
  }

  @Test
  void runsAboveTheLimitWaitVisiblyAndBeginInTurn() throws Exception {
    limits = new Limits(2, 1);
    List<JobSpec> jobs = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      takes(name, Duration.ofSeconds(10), 0);
      jobs.add(job(name, "0 12 * * *"));
    }
    live(
        jobs,
        scheduler -> {
          world.sleep(Duration.ofMillis(30_500));
          assertThat(scheduler.counts()).containsEntry("running", 2).containsEntry("waiting", 1);
          assertThat(history().stream().map(HistoryEntry::reason))
              .noneMatch(reason -> reason.startsWith("waits"));
          world.sleep(Duration.ofSeconds(1));
          assertThat(history().stream().map(HistoryEntry::reason))
              .anyMatch(reason -> reason.startsWith("waits for a free place"));
          world.sleep(Duration.ofMinutes(1));
        });
    assertThat(history()).extracting(HistoryEntry::fate).containsOnlyOnce("refused");
    assertThat(begins).hasSize(3);
    assertThat(begins.getLast().at()).isEqualTo(at("12:00").plusSeconds(10));
  }

  @Test
  void triesAgainAsOftenAndAsLateAsTheJobSays() throws Exception {
    Settings retries =
        new Settings.Builder()
            .put(JobKeys.MAX_RETRIES, 3)
            .put(JobKeys.RETRY_DELAY_MS, 1_000)
            .put(JobKeys.RETRY_MAX_DELAY_MS, 3_000)
            .build();
    takes("a", Duration.ZERO, 4);
    live(
        List.of(spec("a", "0 12 * * *", retries, List.of())),
        scheduler -> world.sleep(Duration.ofMinutes(1)));
    assertThat(begins)
        .extracting(begin -> begin.attempt() + " after " + seconds(begin.at()))
        .containsExactly("1 after 0", "2 after 1", "3 after 3", "4 after 6");
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.attempts()).isEqualTo(4);
    assertThat(entry.outcome()).contains("failed");
    assertThat(entry.exit()).contains(4);
  }

  @Test
  void endsWhatTakesTooLong() throws Exception {
    Settings limit = new Settings.Builder().put(JobKeys.MAX_RUNTIME, Duration.ofSeconds(5)).build();
    takes("a", Duration.ofHours(1), 0);
    live(
        List.of(spec("a", "0 12 * * *", limit, List.of())),
        scheduler -> world.sleep(Duration.ofMinutes(1)));
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.outcome()).contains("timed-out");
    assertThat(entry.endedMillis() - entry.startedMillis()).isBetween(5_000L, 5_100L);
  }

  @Test
  void endsARunOnRequestAndSaysWhenItCannot() throws Exception {
    takes("a", Duration.ofHours(1), 0);
    live(
        List.of(job("a", "@manual")),
        scheduler -> {
          RunId first = scheduler.runNow(new JobName("a"));
          world.sleep(Duration.ofSeconds(1));
          assertThat(scheduler.stop(first, "a test")).isInstanceOf(StopAnswer.Stopping.class);
          world.sleep(Duration.ofSeconds(1));
          assertThat(scheduler.stop(first, "a test")).isInstanceOf(StopAnswer.NotRunning.class);
          canStop = false;
          RunId second = scheduler.runNow(new JobName("a"));
          world.sleep(Duration.ofSeconds(1));
          assertThat(scheduler.stop(second, "a test")).isInstanceOf(StopAnswer.CannotStop.class);
        });
    assertThat(history("a").getFirst().reason()).isEqualTo("ended by a test");
  }

  @Test
  void runsForAnInstantThatHasPassedAndIsToldWhich() throws Exception {
    takes("a", Duration.ofSeconds(5), 0);
    Instant noon = Instant.parse("2026-10-30T12:00:00Z");
    live(
        List.of(job("a", "0 12 * * *")),
        scheduler -> {
          scheduler.backfill(new JobName("a"), noon);
          assertThatThrownBy(() -> scheduler.backfill(new JobName("a"), noon.plusSeconds(1)))
              .isInstanceOf(RequestException.class)
              .hasMessageContaining("was not due at");
          assertThatThrownBy(
                  () -> scheduler.backfill(new JobName("a"), noon.plus(Duration.ofDays(9))))
              .isInstanceOf(RequestException.class)
              .hasMessageContaining("is yet to come");
          world.sleep(Duration.ofMinutes(1));
        });
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.dueMillis()).isEqualTo(noon.toEpochMilli());
    assertThat(entry.cause()).isEqualTo(Cause.BACKFILL);
    assertThat(entry.outcome()).contains("succeeded");
  }

  @Test
  void whatWasStoppedInTimeIsNotTimedOutWhenItsLimitPassesMeanwhile() throws Exception {
    Settings limit = new Settings.Builder().put(JobKeys.MAX_RUNTIME, Duration.ofSeconds(5)).build();
    takes("a", Duration.ofHours(1), 0);
    ending = Duration.ofSeconds(8);
    live(
        List.of(job("a", "@manual", limit)),
        scheduler -> {
          RunId run = scheduler.runNow(new JobName("a"));
          world.sleep(Duration.ofSeconds(1));
          scheduler.stop(run, "a test");
          world.sleep(Duration.ofSeconds(30));
        });
    assertThat(history("a").getFirst().outcome()).contains("cancelled");
    assertThat(history("a").getFirst().reason()).isEqualTo("ended by a test");
  }

  @ParameterizedTest
  @CsvSource({"63,succeeded", "70,timed-out"})
  void theLimitStandsStillWhileARunDoesWhatIsNotItsWork(int seconds, String outcome)
      throws Exception {
    Settings limit = new Settings.Builder().put(JobKeys.MAX_RUNTIME, Duration.ofSeconds(5)).build();
    takes("a", Duration.ofSeconds(seconds), 0);
    working =
        sink -> {
          RunSink.Aside aside = sink.aside();
          world.start(
              "ends-it",
              () -> {
                try {
                  world.sleep(Duration.ofMinutes(1));
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
                aside.close();
              });
        };
    live(
        List.of(job("a", "@manual", limit)),
        scheduler -> {
          scheduler.runNow(new JobName("a"));
          world.sleep(Duration.ofMinutes(2));
        });
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.outcome()).contains(outcome);
    assertThat(entry.endedMillis() - entry.startedMillis())
        .isBetween(Math.min(seconds, 65) * 1000L, Math.min(seconds, 65) * 1000L + 100);
  }

  @Test
  void aRunnerHearsOfAllThatAnEarlierStartLeftBeforeItIsAskedForAny() throws Exception {
    takes("a", Duration.ofMinutes(10), 0);
    takes("b", Duration.ofMinutes(10), 0);
    List<JobSpec> jobs = List.of(job("a", "0 12 * * *"), job("b", "0 12 * * *"));
    live(jobs, _ -> world.sleep(Duration.ofMinutes(1)));
    restart();
    live(jobs, _ -> world.sleep(Duration.ofMinutes(1)));
    assertThat(foreseen).hasSize(2);
    assertThat(traces).hasSize(2);
    assertThat(foreseenAtFind).containsOnly(2);
  }

  @Test
  void aStepOfTheClockIsLikeDowntime() throws Exception {
    live(
        List.of(job("a", "* * * * *")),
        scheduler -> {
          world.sleep(Duration.ofSeconds(40));
          world.stepWallClock(Duration.ofMinutes(10));
          world.sleep(Duration.ofMinutes(2));
        });
    List<String> fates = fates("a");
    assertThat(fates).hasSize(13);
    assertThat(fates.stream().filter(fate -> fate.endsWith("ran")))
        .containsExactly("12:00 ran", "12:10 ran", "12:11 ran", "12:12 ran");
  }

  @Test
  void aChangedJobIsDueUnderItsOldScheduleUpToTheChangeAndUnderTheNewOneFromThere()
      throws Exception {
    live(
        List.of(job("a", "0 12 * * *")),
        scheduler -> {
          // Half a second before noon the instant is claimed already.
          world.sleep(Duration.ofMillis(29_500));
          scheduler.apply("ini", List.of(job("a", "1 12 * * *")));
          world.sleep(Duration.ofMinutes(2));
        });
    assertThat(fates("a")).containsExactly("12:01 ran");
  }

  @Test
  void anInstantThatComesWhileAChangeIsMadeIsNotLost() throws Exception {
    Settings patient = new Settings.Builder().put(JobKeys.MAX_RETRIES, 1).build();
    for (int millis = 0; millis < 20; millis++) {
      ledger = new MemoryLedger(world);
      time = new CreepingTime();
      long before = 20L - millis;
      live(
          List.of(job("a", "* * * * *")),
          scheduler -> {
            // The clock has gone on a little by then, so the rest is waited for apart.
            world.sleep(Duration.ofMillis(toTheMinute() + 58_000));
            world.sleep(Duration.ofMillis(toTheMinute() - before));
            scheduler.apply("ini", List.of(spec("a", "* * * * *", patient, List.of())));
            world.sleep(Duration.ofSeconds(90));
          });
      List<HistoryEntry> rows = history("a");
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i).dueMillis())
            .as("changed %d ms before the instant: %s", before, rows)
            .isEqualTo(rows.getFirst().dueMillis() + i * 60_000L);
      }
      assertThat(rows).hasSizeGreaterThan(2).allMatch(row -> row.fate().equals("ran"));
    }
  }

  private long toTheMinute() {
    return 60_000L - Math.floorMod(time.millis(), 60_000);
  }

  @Test
  void aRemovedJobIsNotDueAndGoesOnWhenItReturns() throws Exception {
    List<JobSpec> jobs = List.of(job("a", "* * * * *"));
    live(
        jobs,
        scheduler -> {
          world.sleep(Duration.ofSeconds(40));
          scheduler.apply("ini", List.of());
          world.sleep(Duration.ofMinutes(2));
          scheduler.apply("ini", jobs);
          world.sleep(Duration.ofMinutes(1));
        });
    assertThat(fates("a")).containsExactly("12:00 ran", "12:03 ran");
  }

  @Test
  void anIntervalKeepsItsAnchorOverARestart() throws Exception {
    List<JobSpec> jobs = List.of(job("a", "@every 1m"));
    live(jobs, scheduler -> world.sleep(Duration.ofSeconds(70)));
    restart();
    world.run(() -> world.sleep(Duration.ofSeconds(10)));
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(2)));
    assertThat(begins)
        .extracting(begin -> begin.at().getEpochSecond() % 60)
        .hasSize(3)
        .containsOnly(30L);
  }

  @Test
  void anIntervalKeepsItsAnchorOverReloadsUnlessItIsAnotherInterval() throws Exception {
    live(
        List.of(job("a", "@every 1m"), job("b", "@every 1m"), job("c", "@every 1m")),
        scheduler -> {
          world.sleep(Duration.ofSeconds(45));
          scheduler.apply("ini", List.of(job("a", "@every 1m", retries(1, Duration.ZERO))));
          world.sleep(Duration.ofSeconds(5));
          scheduler.apply(
              "ini",
              List.of(job("a", "@every 1m"), job("b", "@every 1m"), job("renamed", "@every 20s")));
          world.sleep(Duration.ofSeconds(5));
          scheduler.apply("ini", List.of(job("a", "@every 1m"), job("b", "@every 50s")));
          world.sleep(Duration.ofMinutes(3));
        });
    // Known since 11:59:30; what is another interval counts from the change.
    assertThat(begins.stream().filter(begin -> begin.job().equals("a")))
        .extracting(begin -> seconds(begin.at()))
        .containsExactly(30L, 90L, 150L);
    assertThat(begins.stream().filter(begin -> begin.job().equals("b")))
        .extracting(begin -> seconds(begin.at()))
        .containsExactly(75L, 125L, 175L);
    assertThat(begins).extracting(Begin::job).doesNotContain("c", "renamed");
  }

  @Test
  void anOrderlyEndLetsRunsEndByThemselves() throws Exception {
    takes("a", Duration.ofSeconds(5), 0);
    int[] stopped = {-1};
    live(
        List.of(job("a", "0 12 * * *")),
        scheduler -> {
          world.sleep(Duration.ofSeconds(31));
          stopped[0] = scheduler.shutdown(Duration.ofSeconds(8), false);
        });
    assertThat(stopped[0]).isZero();
    assertThat(fates("a")).containsExactly("12:00 ran");
    assertThat(history("a").getFirst().outcome()).contains("succeeded");
  }

  @Test
  void anOrderlyEndStopsWhatTakesLonger() throws Exception {
    takes("a", Duration.ofHours(5), 0);
    int[] stopped = {-1};
    live(
        List.of(job("a", "0 12 * * *")),
        scheduler -> {
          world.sleep(Duration.ofSeconds(31));
          stopped[0] = scheduler.shutdown(Duration.ofSeconds(8), false);
        });
    assertThat(stopped[0]).isEqualTo(1);
    assertThat(history("a").getFirst().reason()).isEqualTo("ended by shutdown");
  }

  @Test
  void workThatIsLeftIsTakenUpByTheNextStart() throws Exception {
    takes("a", Duration.ofMinutes(3), 7);
    List<JobSpec> jobs = List.of(job("a", "0 12 * * *"));
    live(
        jobs,
        scheduler -> {
          world.sleep(Duration.ofSeconds(31));
          assertThat(scheduler.shutdown(Duration.ofSeconds(8), true)).isZero();
        });
    assertThat(history("a").getFirst().fate()).isEqualTo("running");
    restart();
    live(jobs, scheduler -> world.sleep(Duration.ofMinutes(5)));
    assertThat(begins).hasSize(1);
    assertThat(history("a").getFirst().exit()).contains(7);
  }

  /// Time that passes while the engine works: a millisecond with each look at the clock.
  private final class CreepingTime implements Time {
    private long looks;

    @Override
    public long millis() {
      return world.millis() + looks++;
    }

    @Override
    public long nanos() {
      return world.nanos();
    }

    @Override
    public Signal newSignal() {
      return world.newSignal();
    }
  }
}
