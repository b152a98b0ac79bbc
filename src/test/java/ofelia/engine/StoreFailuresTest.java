package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.config.JobKeys;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.model.Settings;
import ofelia.plugin.NotOursException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A store that fails, hangs, or does what it is told and does not answer: nothing vanishes, and
/// nothing begins twice.
final class StoreFailuresTest extends EngineStage {

  private static final Settings PATIENT =
      new Settings.Builder().put(JobKeys.MAX_LATENESS, Duration.ofHours(1)).build();

  @Test
  void whatIsDueAfterTheMissedWereSettledAndTheClaimFailedHasItsFate() throws Exception {
    JobSpec job = job("a", "* * * * * *");
    live(
        List.of(job),
        scheduler -> {
          world.sleep(Duration.ofMillis(2500));
          faults.fail("claim");
          world.stepWallClock(Duration.ofSeconds(5));
          world.sleep(Duration.ofMillis(2500));
          faults.mend("claim");
          world.sleep(Duration.ofSeconds(20));
        });
    assertNothingVanishedOrBeganTwice(job, at("12:00").minusSeconds(1));
    assertThat(begins.getLast().at()).isAfter(at("12:00").minusSeconds(2));
  }

  @ParameterizedTest(name = "{0} of {1} s, carried out late: {2}")
  @CsvSource({
    "claim, 1, false", "claim, 1, true", "claim, 70, false", "claim, 70, true",
    "settle, 70, false", "settle, 70, true", "withdraw, 1, false", "withdraw, 70, false",
    "withdraw, 70, true", "enter, 1, false", "enter, 70, false", "enter, 70, true",
    "intend, 70, false", "intend, 70, true", "close, 70, false", "close, 70, true",
  })
  void aLostAnswerLosesNothingElse(String method, int seconds, boolean isCarriedOutLate)
      throws Exception {
    JobSpec often = job("often", "*/5 * * * * *");
    JobSpec seldom = job("seldom", "* * * * *", PATIENT);
    live(
        List.of(often, seldom),
        scheduler -> {
          // So that the clock's step leaves something to settle, the change something to withdraw.
          world.sleep(Duration.ofMillis(28_700));
          faults.loseAnswer(method, Duration.ofSeconds(seconds), isCarriedOutLate);
          if (method.equals("settle")) {
            world.stepWallClock(Duration.ofSeconds(20));
          }
          scheduler.apply("ini", List.of(job("often", "*/5 * * * * *", retry()), seldom));
          world.sleep(Duration.ofMinutes(4));
        });
    assertNothingVanishedOrBeganTwice(often, at("12:03"));
    assertNothingVanishedOrBeganTwice(seldom, at("12:03"));
    assertThat(fates("seldom")).contains("12:02 ran");
    assertThat(begins.getLast().at()).isAfter(at("12:03"));
  }

  private static Settings retry() {
    return retries(1, Duration.ofSeconds(1));
  }

  @Test
  void aChangeThatCannotBeEnteredHoldsUpNobody() throws Exception {
    JobSpec other = job("other", "* * * * *");
    JobSpec changed = job("changed", "* * * * *");
    live(
        List.of(other, changed),
        scheduler -> {
          faults.fail("enter");
          scheduler.apply("ini", List.of(other, job("changed", "*/2 * * * *")));
          world.sleep(Duration.ofMinutes(5));
          assertThat(scheduler.jobs())
              .as("what is in force while the change cannot be made")
              .contains(changed);
          faults.mend("enter");
          world.sleep(Duration.ofMinutes(6));
        });
    assertNothingVanishedOrBeganTwice(other, at("12:10"));
    assertThat(history()).extracting(HistoryEntry::fate).containsOnly("ran");
    assertThat(begins).allMatch(begin -> begin.at().isBefore(begin.due().plusSeconds(3)));
    assertThat(fates("changed"))
        .containsExactly(
            "12:00 ran",
            "12:01 ran",
            "12:02 ran",
            "12:03 ran",
            "12:04 ran",
            "12:06 ran",
            "12:08 ran",
            "12:10 ran");
  }

  @Test
  void anAttemptWhoseOutputCannotBeKeptIsFollowedByTheNext() throws Exception {
    takes("a", Duration.ofSeconds(1), 3);
    faults.isOutputLost = true;
    live(List.of(job("a", "0 12 * * *", retry())), scheduler -> world.sleep(Duration.ofMinutes(2)));
    assertThat(history("a").getFirst().exit()).contains(3);
    assertThat(history("a").getFirst().attempts()).isEqualTo(2);
  }

  @Test
  void anEndWhoseOutputCannotBeKeptIsRecordedWithoutIt() throws Exception {
    takes("a", Duration.ofSeconds(1), 3);
    working = sink -> sink.output(OutputChannel.STDOUT, new byte[] {'x'}, 0, 1);
    faults.isOutputLost = true;
    live(
        List.of(job("a", "0 12 * * *")),
        scheduler -> {
          world.sleep(Duration.ofSeconds(35));
          assertThat(fates("a")).containsExactly("12:00 running");
          world.sleep(Duration.ofMinutes(1));
        });
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.exit()).contains(3);
    assertThat(entry.endedMillis() - entry.startedMillis()).isEqualTo(1_000);
    assertThat(entry.outputBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void aSpoolThatFailsDoesNotChangeWhatTheWorkComesTo(int exit) throws Exception {
    faults.areSpoolsBroken = true;
    takes("a", Duration.ofSeconds(1), exit);
    working =
        sink -> {
          sink.rewind();
          sink.mark("a part is missing");
        };
    live(List.of(job("a", "0 12 * * *", retry())), scheduler -> world.sleep(Duration.ofMinutes(2)));
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.outcome()).contains(exit == 0 ? "succeeded" : "failed");
    assertThat(entry.attempts()).isEqualTo(exit == 0 ? 1 : 2);
  }

  @Test
  void aRunnerThatFailsBadlyBreaksItsRunOnly() throws Exception {
    preparing =
        () -> {
          throw new LinkageError("no such library");
        };
    JobSpec job = job("a", "* * * * *");
    live(List.of(job), scheduler -> world.sleep(Duration.ofMinutes(3)));
    assertThat(history("a"))
        .hasSize(3)
        .allMatch(entry -> entry.outcome().equals(Optional.of("broke")))
        .allMatch(entry -> entry.reason().contains("no such library"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"claim", "settle", "withdraw", "enter", "book"})
  void aTurnThatBreaksOffDoesNotEndTheOthers(String method) throws Exception {
    JobSpec job = job("a", "* * * * *", PATIENT);
    live(
        List.of(job),
        scheduler -> {
          world.sleep(Duration.ofMillis(28_700));
          faults.before(
              method,
              () -> {
                faults.mend(method);
                throw new LinkageError("a turn breaks off");
              });
          if (method.equals("settle")) {
            world.stepWallClock(Duration.ofSeconds(150));
          }
          scheduler.apply("ini", List.of(job("a", "* * * * *", retry())));
          world.sleep(Duration.ofMinutes(3));
        });
    Instant end = method.equals("settle") ? at("12:05") : at("12:02");
    assertNothingVanishedOrBeganTwice(job, end);
    assertThat(begins.getLast().due()).isAfterOrEqualTo(end);
  }

  @Test
  void whoMustNotWaitForAStoreThatIsAwayIsToldInTimeThatNothingIsRecorded() throws Exception {
    List<Boolean> answers = new ArrayList<>();
    List<Duration> waits = new ArrayList<>();
    working =
        sink -> {
          try {
            faults.fail("intend", "ended");
            long from = world.nanos();
            answers.add(sink.intend("2", Duration.ofSeconds(15)));
            waits.add(Duration.ofNanos(world.nanos() - from));
            from = world.nanos();
            answers.add(sink.ended("1", Duration.ofSeconds(15)));
            waits.add(Duration.ofNanos(world.nanos() - from));
            faults.mend("intend", "ended");
            answers.add(sink.intend("2", Duration.ofSeconds(15)));
            answers.add(sink.ended("2", Duration.ofSeconds(15)));
          } catch (NotOursException | InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    live(List.of(job("a", "0 12 * * *")), scheduler -> world.sleep(Duration.ofMinutes(3)));
    assertThat(answers).containsExactly(false, false, true, true);
    assertThat(waits)
        .hasSize(2)
        .allSatisfy(
            wait -> assertThat(wait).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20)));
  }

  @Test
  void anAnswerThatIsLostTwiceStillLetsWorkEndOnce() throws Exception {
    takes("a", Duration.ofSeconds(1), 0);
    int[] left = {2};
    faults.before(
        "close",
        () -> {
          if (left[0]-- > 0) {
            faults.loseAnswer("close", Duration.ofSeconds(30), false);
          }
        });
    live(List.of(job("a", "0 12 * * *")), scheduler -> world.sleep(Duration.ofMinutes(3)));
    assertThat(history("a").getFirst().outcome()).contains(new Outcome.Succeeded().word());
    assertThat(begins).hasSize(1);
  }
}
