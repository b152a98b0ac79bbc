package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StopSwitchTest {

  private final StopSwitch stop = new StopSwitch();
  private final List<Duration> heard = new ArrayList<>();

  @Test
  void aLaterRequestCanOnlyLeaveLessTime() {
    stop.onRequest(() -> heard.add(stop.grace()));
    assertThat(stop.request("a person", Duration.ofSeconds(10))).isTrue();
    assertThat(stop.request("somebody else", Duration.ofSeconds(20))).isFalse();
    assertThat(stop.request("shutdown", Duration.ofSeconds(1))).isFalse();
    assertThat(heard).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(1));
    assertThat(stop.by()).isEqualTo("a person");
  }

  @Test
  void whoListensLateHearsAtOnceAndAgain() {
    boolean _ = stop.request("a person", Duration.ofSeconds(10));
    stop.onRequest(() -> heard.add(stop.grace()));
    boolean _ = stop.request("shutdown", Duration.ofSeconds(1));
    assertThat(heard).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(1));
  }
}
