package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerHost;
import ofelia.docker.Event;
import ofelia.docker.EventHub;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.Test;

class EndingsTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00.5Z");

  private final Endings endings =
      Endings.of(
          EventHub.of(
              DockerClient.of(DockerHost.parse("unix:///no/such.sock"), Optional.empty()),
              EventHub.Rhythm.ORDINARY,
              new SystemTime(),
              new SystemCrew()),
          new SystemTime());

  @Test
  void theEndOfAnEarlierRunOfAContainerIsNotThatOfThisOne() {
    try (Endings.Ending ending = endings.expectAfter("c1", START)) {
      endings.hear(died("c1", START.minusMillis(1), 1));
      assertThat(ending.code()).isEmpty();

      endings.hear(died("c2", START.plusMillis(1), 2));
      assertThat(ending.code()).isEmpty();

      endings.hear(died("c1", START.plusMillis(1), 3));
      assertThat(ending.code()).isEqualTo(OptionalInt.of(3));
    }
  }

  @Test
  void anExecThatEndsWithoutItsNameWakesThoseOfItsContainer() throws Exception {
    try (Endings.Ending ending = endings.expectIn("c1", "e1");
        Endings.Ending elsewhere = endings.expectIn("c2", "e2")) {
      var actor = new Event.Actor("c1", Map.of("containerExitCode", "3"));
      endings.hear(new EventHub.Notice.Happened(new Event("container", "exec_died", actor, 1)));
      assertThat(wakesWithin(ending, Duration.ofSeconds(20))).isTrue();
      assertThat(ending.code()).isEmpty();
      assertThat(wakesWithin(elsewhere, Duration.ofMillis(200))).isFalse();
    }
  }

  private static boolean wakesWithin(Endings.Ending ending, Duration limit) throws Exception {
    long from = System.nanoTime();
    ending.await(limit);
    return System.nanoTime() - from < limit.toNanos();
  }

  private static EventHub.Notice died(String container, Instant at, int code) {
    long nanos = at.getEpochSecond() * 1_000_000_000 + at.getNano();
    var actor = new Event.Actor(container, Map.of("exitCode", Integer.toString(code)));
    return new EventHub.Notice.Happened(new Event("container", "die", actor, nanos));
  }
}
