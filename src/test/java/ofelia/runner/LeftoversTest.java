package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the record of a run says of its containers.
class LeftoversTest {

  @Test
  void readsTheContainersOfRunsOnAnyEngineAndWithAnythingAroundThem() {
    String id = "c".repeat(64);
    String plain = RunHandle.fresh(id).write();
    String around =
        AroundHandle.before(
                List.of(new Halt(Halt.Way.STOP, "d".repeat(64), "db", "2026-11-23T20:15:00Z")))
            .of(plain)
            .write();
    for (String handle : List.of(plain, "engine=nas " + plain, around, "engine=nas " + around)) {
      assertThat(Leftovers.containers(Set.of(handle))).as(handle).containsExactly(id);
    }
  }
}
