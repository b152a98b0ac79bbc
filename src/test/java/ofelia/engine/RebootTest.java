package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import ofelia.config.JobKeys;
import ofelia.model.Cause;
import ofelia.model.JobSpec;
import ofelia.model.Settings;
import org.junit.jupiter.api.Test;

/// Jobs that are due when the daemon starts.
final class RebootTest extends EngineStage {

  private static final Duration A_WHILE = Duration.ofSeconds(5);

  @Test
  void runsOnceAtEachStart() throws Exception {
    Settings twice = new Settings.Builder().put(JobKeys.RUN_ON_STARTUP, true).build();
    List<JobSpec> jobs =
        List.of(
            job("a", "@reboot"),
            job("b", "@reboot", twice),
            job("c", "@reboot | 0 18 * * *"),
            job("d", "@manual"));
    live(jobs, _ -> world.sleep(A_WHILE));
    assertThat(begins).extracting(Begin::job).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(begins).extracting(Begin::cause).containsOnly(Cause.STARTUP);
    restart();
    live(jobs, _ -> world.sleep(A_WHILE));
    assertThat(begins)
        .extracting(Begin::job)
        .containsExactlyInAnyOrder("a", "b", "c", "a", "b", "c");
  }

  @Test
  void runsOnceAlsoWhenTheJobComesLaterGoesAndComesAgain() throws Exception {
    List<JobSpec> jobs = List.of(job("a", "@reboot"));
    live(
        List.of(),
        scheduler -> {
          scheduler.apply("labels", jobs);
          world.sleep(A_WHILE);
          assertThat(begins).hasSize(1);
          scheduler.apply("labels", List.of());
          world.sleep(A_WHILE);
          scheduler.apply("labels", jobs);
          world.sleep(A_WHILE);
        });
    assertThat(begins).hasSize(1);
  }
}
