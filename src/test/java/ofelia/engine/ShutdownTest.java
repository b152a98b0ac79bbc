package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The orderly end of a daemon, when not all is in order.
final class ShutdownTest extends EngineStage {

  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static JobSpec quarantined() throws Exception {
    Problem problem = Problem.error(Origin.of("x.ini"), "user", "is odd", "write b");
    return spec("a", "0 12 * * *", Settings.EMPTY, List.of(problem));
  }

  private Duration shutdown(Scheduler scheduler, boolean leaveRunning) throws Exception {
    long begin = world.nanos();
    scheduler.shutdown(PATIENCE, leaveRunning);
    return Duration.ofNanos(world.nanos() - begin);
  }

  @ParameterizedTest(name = "{0} hangs, work goes on: {1}")
  @CsvSource({
    "claim, false",
    "claim, true",
    "withdraw, false",
    "withdraw, true",
    "close, true",
    "intend, true",
  })
  void endsInTimeWhileTheStoreHangs(String method, boolean goesOn) throws Exception {
    takes("a", Duration.ofHours(1), 0);
    live(
        List.of(job("a", "@manual"), job("b", "* * * * *")),
        scheduler -> {
          if (goesOn && !method.equals("intend")) {
            scheduler.runNow(new JobName("a"));
          }
          world.sleep(Duration.ofMillis(28_500));
          if (method.equals("intend")) {
            faults.hang(Duration.ofHours(1), method);
            scheduler.runNow(new JobName("a"));
          }
          faults.hang(Duration.ofHours(1), method, "unbegun", "stopping");
          world.sleep(Duration.ofSeconds(1));
          assertThat(shutdown(scheduler, false)).isLessThan(PATIENCE.plusMillis(1100));
          assertThat(scheduler.storeAnswers()).isFalse();
        });
  }

  @Test
  void waitsForFatesThatAreBeingRecorded() throws Exception {
    faults.hang(Duration.ofSeconds(3), "close");
    live(
        List.of(quarantined()),
        scheduler -> {
          world.sleep(Duration.ofMillis(30_500));
          assertThat(fates("a")).containsExactly("12:00 running");
          assertThat(shutdown(scheduler, false)).isLessThan(Duration.ofSeconds(3));
          assertThat(fates("a")).containsExactly("12:00 refused");
        });
  }

  @Test
  void aFateThatCannotBeRecordedIsLeftToTheNextStart() throws Exception {
    faults.fail("close");
    live(
        List.of(quarantined()),
        scheduler -> {
          world.sleep(Duration.ofMillis(30_500));
          assertThat(shutdown(scheduler, false)).isLessThan(PATIENCE.plusSeconds(2));
        });
    assertThat(fates("a")).containsExactly("12:00 running");
    faults.mend("close");
    restart();
    live(List.of(quarantined()), scheduler -> world.sleep(Duration.ofSeconds(1)));
    assertThat(fates("a")).containsExactly("12:00 refused");
  }

  @ParameterizedTest(name = "what follows the work takes {0} s")
  @CsvSource({"7, cancelled", "15, ''"})
  void waitsForWhatARunDoesBesideItsWorkWithinBounds(int seconds, String outcome) throws Exception {
    takes("a", Duration.ofHours(1), 0);
    aside = Duration.ofSeconds(seconds);
    live(
        List.of(job("a", "@manual")),
        scheduler -> {
          scheduler.runNow(new JobName("a"));
          world.sleep(Duration.ofSeconds(1));
          assertThat(shutdown(scheduler, false)).isLessThan(PATIENCE.plusSeconds(14));
        });
    assertThat(history("a").getFirst().outcome().orElse("")).isEqualTo(outcome);
  }

  @Test
  void leavesWorkOnceNothingIsDoneBesideIt() throws Exception {
    takes("a", Duration.ofHours(1), 0);
    takes("b", Duration.ofSeconds(1), 0);
    aside = Duration.ofSeconds(4);
    live(
        List.of(job("a", "@manual"), job("b", "@manual")),
        scheduler -> {
          scheduler.runNow(new JobName("a"));
          scheduler.runNow(new JobName("b"));
          world.sleep(Duration.ofSeconds(2));
          assertThat(scheduler.shutdown(PATIENCE, true)).isZero();
        });
    assertThat(fates("a")).singleElement().asString().endsWith("running");
    assertThat(history("b").getFirst().outcome()).contains("succeeded");
  }

  @Test
  void doesNotCountWhatIsLeftRunningAsStopped() throws Exception {
    takes("a", Duration.ofHours(1), 0);
    faults.hang(Duration.ofSeconds(30), "intend");
    live(
        List.of(job("a", "0 12 * * *")),
        scheduler -> {
          // It is told to leave while its intent is being recorded, and cannot at once.
          world.sleep(Duration.ofSeconds(31));
          assertThat(scheduler.shutdown(PATIENCE, true)).isZero();
        });
    assertThat(fates("a")).containsExactly("12:00 running");
  }
}
