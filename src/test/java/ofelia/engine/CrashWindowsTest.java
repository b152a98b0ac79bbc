package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import ofelia.config.JobKeys;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobSpec;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.Trace;
import org.junit.jupiter.api.Test;

/// A daemon that dies in the worst moment, and the next start that has to make sense of what is
/// left.
final class CrashWindowsTest extends EngineStage {

  private static final String NOON = "0 12 * * *";
  private static final Duration JUST_AFTER_NOON = Duration.ofSeconds(31);

  private final Settings patient = retries(3, Duration.ofSeconds(20));

  private void dieJustAfterNoon(Settings settings) throws Exception {
    live(List.of(job("a", NOON, settings)), scheduler -> world.sleep(JUST_AFTER_NOON));
    assertThat(fates("a")).containsExactly("12:00 running");
    restart();
  }

  @Test
  void livingWorkIsTakenUpOnceItsSpoolCanBeOpened() throws Exception {
    takes("a", Duration.ofMinutes(2), 7);
    dieJustAfterNoon(Settings.EMPTY);
    faults.fail("spool");
    live(
        List.of(job("a", NOON)),
        scheduler -> {
          world.sleep(Duration.ofMinutes(1));
          assertThat(fates("a")).containsExactly("12:00 running");
          faults.mend("spool");
          world.sleep(Duration.ofMinutes(2));
        });
    assertThat(begins).hasSize(1);
    assertThat(history("a").getFirst().exit()).contains(7);
  }

  @Test
  void aRunnerThatFailsToFindItsWorkIsAskedAgain() throws Exception {
    takes("a", Duration.ofMinutes(2), 7);
    dieJustAfterNoon(Settings.EMPTY);
    int[] asked = {0};
    finding =
        () -> {
          if (++asked[0] < 5) {
            throw new IllegalStateException("an answer that makes no sense");
          }
          return new Finding.Found();
        };
    live(
        List.of(job("a", NOON)),
        scheduler -> {
          world.sleep(Duration.ofMillis(500));
          assertThat(history("a").getFirst().reason()).contains("an answer that makes no sense");
          world.sleep(Duration.ofMinutes(3));
        });
    assertThat(asked[0]).isEqualTo(5);
    assertThat(history("a").getFirst().exit()).contains(7);
  }

  @Test
  void aSpoolThatFailsDoesNotChangeWhatWorkTakenUpComesTo() throws Exception {
    takes("a", Duration.ofSeconds(10), 7);
    dieJustAfterNoon(patient);
    faults.areSpoolsBroken = true;
    working = sink -> sink.rewind();
    live(List.of(job("a", NOON, patient)), scheduler -> world.sleep(Duration.ofMinutes(9)));
    assertThat(history("a").getFirst().exit()).contains(7);
    assertThat(history("a").getFirst().attempts()).isEqualTo(4);
  }

  @Test
  void aSpoolThatFailsDoesNotKeepWorkThatHadNotBegunFromBeginning() throws Exception {
    takes("a", Duration.ofHours(1), 0);
    dieJustAfterNoon(Settings.EMPTY);
    faults.areSpoolsBroken = true;
    finding = Finding.NotBegun::new;
    takes("a", Duration.ZERO, 0);
    live(List.of(job("a", NOON)), scheduler -> world.sleep(Duration.ofMinutes(1)));
    assertThat(history("a").getFirst().outcome()).contains("succeeded");
    assertThat(begins).hasSize(2);
  }

  @Test
  void whatBrokeBeforeItsIntentIsNotTimedOutAfterARestartInThePause() throws Exception {
    preparing =
        () -> {
          throw new IllegalStateException("no such container");
        };
    dieJustAfterNoon(patient);
    preparing = () -> {};
    takes("a", Duration.ofSeconds(10), 0);
    live(List.of(job("a", NOON, patient)), scheduler -> world.sleep(Duration.ofMinutes(1)));
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.outcome()).contains("succeeded");
    assertThat(entry.attempts()).isEqualTo(2);
    assertThat(entry.startedMillis()).isGreaterThanOrEqualTo(at("12:00").toEpochMilli());
    assertThat(begins).extracting(Begin::attempt).containsExactly(2);
  }

  @Test
  void aRunThatHadNotBegunIsNotSkippedBecauseOfItself() throws Exception {
    Settings alone = new Settings.Builder().put(JobKeys.NO_OVERLAP, true).build();
    takes("a", Duration.ofHours(1), 0);
    dieJustAfterNoon(alone);
    finding = Finding.NotBegun::new;
    takes("a", Duration.ZERO, 0);
    live(List.of(job("a", NOON, alone)), scheduler -> world.sleep(Duration.ofSeconds(5)));
    assertThat(fates("a")).containsExactly("12:00 ran");
    assertThat(history("a").getFirst().outcome()).contains("succeeded");
  }

  @Test
  void whatWasNeverStartedIsOnRecordBeforeItsTraceIsRemoved() throws Exception {
    takes("a", Duration.ofHours(1), 0);
    dieJustAfterNoon(Settings.EMPTY);
    finding = () -> traces.size() == 1 ? new Finding.Unstarted("unstarted") : tryLater();
    live(List.of(job("a", NOON)), scheduler -> world.sleep(Duration.ofMillis(100)));
    restart();
    finding = Finding.NotBegun::new;
    takes("a", Duration.ZERO, 0);
    live(List.of(job("a", NOON)), scheduler -> world.sleep(Duration.ofSeconds(1)));
    assertThat(traces)
        .extracting(Trace::started)
        .startsWith(Optional.empty(), Optional.of("unstarted"))
        .endsWith(Optional.of("unstarted"));
    assertThat(history("a").getFirst().outcome()).contains("succeeded");
  }

  private static Finding tryLater() {
    throw new IllegalStateException("the engine is away");
  }

  @Test
  void whatWasToldToStopIsToldAgainByTheNextStart() throws Exception {
    takes("a", Duration.ofHours(1), 0);
    ending = Duration.ofMinutes(5);
    live(
        List.of(job("a", NOON)),
        scheduler -> {
          world.sleep(JUST_AFTER_NOON);
          scheduler.stop(history("a").getFirst().run().orElseThrow(), "a person");
          world.sleep(Duration.ofSeconds(1));
        });
    restart();
    ending = Duration.ZERO;
    live(List.of(job("a", NOON)), scheduler -> world.sleep(Duration.ofSeconds(1)));
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.outcome()).contains("cancelled");
    assertThat(entry.reason()).contains("a person");
  }

  @Test
  void whatWasToldToStopBeforeItBeganDoesNotBegin() throws Exception {
    takes("a", Duration.ofHours(1), 0);
    ending = Duration.ofMinutes(5);
    live(
        List.of(job("a", NOON)),
        scheduler -> {
          world.sleep(JUST_AFTER_NOON);
          scheduler.stop(history("a").getFirst().run().orElseThrow(), "a person");
          world.sleep(Duration.ofSeconds(1));
        });
    restart();
    finding = Finding.NotBegun::new;
    live(List.of(job("a", NOON)), scheduler -> world.sleep(Duration.ofSeconds(1)));
    assertThat(fates("a")).containsExactly("12:00 skipped");
    assertThat(history("a").getFirst().reason()).isEqualTo("stopped by a person before it began");
    assertThat(begins).hasSize(1);
  }

  @Test
  void workIsTakenUpThoughItsDefinitionCannotBeReadAnyMore() throws Exception {
    takes("a", Duration.ofSeconds(5), 7);
    JobSpec job = job("a", NOON, retries(3, Duration.ofSeconds(1)));
    live(List.of(job), scheduler -> world.sleep(Duration.ofSeconds(38)));
    restart();
    isBookReadable = false;
    int[] asked = {0};
    finding =
        () -> {
          asked[0]++;
          return new Finding.Found();
        };
    live(List.of(job), scheduler -> world.sleep(Duration.ofMinutes(1)));
    assertThat(asked[0]).isEqualTo(1);
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.exit()).contains(7);
    // Its second attempt was going on; without a definition there is no third.
    assertThat(entry.attempts()).isEqualTo(2);
    assertThat(entry.startedMillis()).isEqualTo(at("12:00").toEpochMilli());
    assertThat(begins).hasSize(2);
  }

  @Test
  void workThatIsLostKeepsItsBeginThoughItsDefinitionCannotBeReadAnyMore() throws Exception {
    takes("a", Duration.ofMinutes(2), 0);
    dieJustAfterNoon(Settings.EMPTY);
    isBookReadable = false;
    finding = () -> new Finding.Lost("no trace of it");
    live(List.of(job("a", NOON)), scheduler -> world.sleep(Duration.ofSeconds(5)));
    HistoryEntry entry = history("a").getFirst();
    assertThat(entry.fate()).isEqualTo("lost");
    assertThat(entry.reason()).isEqualTo("no trace of it");
    assertThat(entry.startedMillis()).isEqualTo(at("12:00").toEpochMilli());
    assertThat(entry.attempts()).isEqualTo(1);
  }
}
