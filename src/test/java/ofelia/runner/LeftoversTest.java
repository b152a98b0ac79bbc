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
      assertThat(Leftovers.nameWork(Set.of(handle))).as(handle).isTrue();
    }
  }

  /// The daemon died between a standstill and the record of the container that it had made: nobody
  /// will ever ask for that one.
  @Test
  void tellsARecordOfAStandstillFromOneOfWork() {
    var db = new Halt(Halt.Way.STOP, "d".repeat(64), "db", "2026-11-23T20:15:00Z");
    String around = AroundHandle.before(List.of(db)).write();
    for (String handle : List.of(around, "engine=nas " + around)) {
      assertThat(Leftovers.nameWork(Set.of(handle))).as(handle).isFalse();
    }
    String work = RunHandle.fresh("c".repeat(64)).write();
    assertThat(Leftovers.nameWork(Set.of(around, work))).isTrue();
  }
}
