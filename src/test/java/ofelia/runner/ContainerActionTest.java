package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import ofelia.docker.Container;
import ofelia.runner.ActionHandle.Before;
import ofelia.runner.ContainerAction.Became;
import ofelia.runner.ContainerAction.Fit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerActionTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /// `+` it is meant for, `o` possible, `=` so already, `-` impossible.
  @ParameterizedTest
  @CsvSource({
    "RESTART, o + + + o - -",
    "STOP,    = + + + = = -",
    "KILL,    = + + + = = -",
    "START,   + = - = + - -",
    "PAUSE,   - + = - - - -",
    "UNPAUSE, - = + - - - -",
    "SIGNAL,  - + + - - - -",
  })
  void fitsStates(ContainerAction action, String fits) {
    List<String> states =
        List.of("created", "running", "paused", "restarting", "exited", "dead", "removing");
    List<String> expected = List.of(fits.split(" "));
    for (int i = 0; i < states.size(); i++) {
      assertThat(sign(action.fit(states.get(i))))
          .as("%s of a container that is %s", action, states.get(i))
          .isEqualTo(expected.get(i));
    }
    assertThat(action.fit("whatever comes next")).isEqualTo(Fit.IMPOSSIBLE);
  }

  private static String sign(Fit fit) {
    return switch (fit) {
      case MEANT -> "+";
      case POSSIBLE -> "o";
      case ALREADY -> "=";
      case IMPOSSIBLE -> "-";
    };
  }

  /// Before, it had started at `s1` and ended at `e1`.
  @ParameterizedTest
  @CsvSource({
    "RESTART, s1, e1, running, UNTOUCHED",
    "RESTART, s1, e1, exited,  UNTOUCHED",
    "RESTART, s1, e2, exited,  HALF",
    "RESTART, s2, e2, running, DONE",
    "RESTART, s2, e3, exited,  DONE",
    "START,   s1, e1, exited,  UNTOUCHED",
    "START,   s2, e1, running, DONE",
    "START,   s2, e2, exited,  DONE",
    "STOP,    s1, e1, running, UNTOUCHED",
    "STOP,    s1, e2, exited,  DONE",
    "STOP,    s2, e2, running, DONE",
    "KILL,    s1, e1, running, UNTOUCHED",
    "KILL,    s1, e2, exited,  DONE",
    "PAUSE,   s1, e1, running, UNTOUCHED",
    "PAUSE,   s1, e1, paused,  DONE",
    "PAUSE,   s1, e2, exited,  UNTOUCHED",
    "UNPAUSE, s1, e1, paused,  UNTOUCHED",
    "UNPAUSE, s1, e1, running, DONE",
    "SIGNAL,  s1, e1, running, UNKNOWN",
  })
  void seesWhatBecameOfIt(
      ContainerAction action, String started, String finished, String status, Became became) {
    boolean isPaused = status.equals("paused");
    boolean isRunning = isPaused || status.equals("running");
    var now =
        new Container.State(
            status, isRunning, isPaused, false, false, 0, 0, "", started, finished, null);
    assertThat(action.became(new Before("c", "s1", "e1"), now)).isEqualTo(became);
  }

  @Test
  void readsBackWhatItWrites() {
    ActionHandle handle =
        new ActionHandle(
            ContainerAction.RESTART,
            NOW,
            Duration.ofSeconds(15),
            List.of(
                new Before("a".repeat(64), "2026-01-01T00:00:00.123456789Z", "-"),
                new Before("b", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")));
    assertThat(ActionHandle.parse(handle.write())).contains(handle);
    for (String text : List.of("", "prune", "RESTART 1 2 ", "RESTART 1 2 a b", "DANCE 1 2 a b c")) {
      assertThat(ActionHandle.parse(text)).as(text).isEmpty();
    }
  }

  /// A hundred containers are the most of one run, and 16,000 characters of one handle.
  @Test
  void hasRoomForAllContainersOfARun() {
    Before longest = new Before("a".repeat(64), "x".repeat(30), "x".repeat(30));
    List<Before> most = java.util.Collections.nCopies(Targets.MOST, longest);
    ActionHandle handle =
        new ActionHandle(ContainerAction.UNPAUSE, NOW, Duration.ofDays(365), most);
    assertThat(handle.write()).hasSizeLessThan(15_900);
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "4, 6", "9, 1", "10, 0", "11, 0", "-5, 10"})
  void knowsHowLongTheEngineMayBeAtIt(long ageSeconds, long leftSeconds) {
    var before = List.of(new Before("a", "b", "c"));
    var handle = new ActionHandle(ContainerAction.STOP, NOW, Duration.ofSeconds(10), before);
    assertThat(handle.left(NOW.plusSeconds(ageSeconds))).hasSeconds(leftSeconds);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.0 kB", "2097152, 2.1 MB", "1500000000000, 1.5 TB"})
  void saysHowMuchWasReclaimed(long bytes, String text) {
    assertThat(Prune.size(bytes)).isEqualTo(text);
  }
}
