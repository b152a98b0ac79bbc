package ofelia.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the two clocks say together. All numbers are milliseconds.
final class ClocksTest {

  private final TwoClocks time = new TwoClocks();
  private final Clocks clocks = new Clocks(time);

  private static final class TwoClocks implements Time {
    private long wall = 1_000_000_000;
    private long monotonic = -50;
    private OptionalLong slept = OptionalLong.of(77);
    private long heldUp;

    void pass(long wallBy, long monotonicBy) {
      wall += wallBy;
      monotonic += monotonicBy;
    }

    @Override
    public long millis() {
      // A thread that is held up between its looks at the two clocks.
      long shown = wall;
      pass(heldUp, heldUp);
      heldUp = 0;
      return shown;
    }

    @Override
    public long nanos() {
      return monotonic * 1_000_000;
    }

    @Override
    public OptionalLong suspendedMillis() {
      return slept;
    }

    @Override
    public Signal newSignal() {
      throw new UnsupportedOperationException();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3600000,       0,       0, the clock stepped forward by 1h0m0s",
    "3600000,    5000,      10, the clock stepped forward by 59m55s",
    "3600000,    5000, 3595000, the machine was suspended for 59m55s",
    "3600000,       0, 1800000, 'the machine was suspended for 30m0s, and the clock stepped forward by 30m0s'",
    "-7200000,      0,       0, the clock was set back by 2h0m0s",
    "-1000,         0,       0, the clock was set back by 1s",
    "600000,        0,      -1, 'the clock stepped forward by 10m0s, or the machine was suspended'"
  })
  void tellsWhatHappened(long wallBy, long monotonicBy, long slept, String text) {
    time.slept = slept < 0 ? OptionalLong.empty() : OptionalLong.of(77 + slept);
    long before = clocks.millis();
    time.pass(wallBy, monotonicBy);
    Clocks.Jump jump = clocks.forward().or(clocks::back).orElseThrow();
    assertThat(jump.text()).isEqualTo(text);
    assertThat(jump.nowMillis()).isEqualTo(before + wallBy);
    assertThat(jump.beforeMillis()).isEqualTo(before + monotonicBy);
  }

  @Test
  void aJumpForwardIsFollowedAndRememberedUntilItIsForgotten() {
    long start = clocks.millis();
    time.pass(3_600_000, 0);
    assertThat(clocks.millis()).isEqualTo(start + 3_600_000);
    time.pass(5_000, 5_000);
    time.slept = OptionalLong.of(77 + 60_000);
    time.pass(60_000, 0);
    Clocks.Jump both = clocks.forward().orElseThrow();
    assertThat(both.text())
        .isEqualTo("the machine was suspended for 1m0s, and the clock stepped forward by 1h0m0s");
    time.pass(7_000, 0);
    assertThat(clocks.millis()).isEqualTo(start + 3_672_000);
    clocks.forget(both);
    assertThat(clocks.forward()).isPresent();
    clocks.forget(clocks.forward().orElseThrow());
    assertThat(clocks.forward()).isEmpty();
    assertThat(clocks.back()).isEmpty();
  }

  @Test
  void theTimeLineGoesOnUntilAJumpBackIsFollowed() {
    long start = clocks.millis();
    time.pass(-3_600_000, 10);
    assertThat(clocks.millis()).isEqualTo(start + 10);
    time.pass(5_000, 5_000);
    assertThat(clocks.millis()).isEqualTo(start + 5_010);
    clocks.follow();
    assertThat(clocks.millis()).isEqualTo(start - 3_595_000);
    assertThat(clocks.back()).isEmpty();
  }

  @Test
  void aJumpBackThatIsUndoneBeforeAnybodyFollowedWasNone() {
    long start = clocks.millis();
    time.pass(-3_600_000, 0);
    assertThat(clocks.back()).isPresent();
    time.pass(3_600_000 + 300, 400);
    assertThat(clocks.back()).isEmpty();
    assertThat(clocks.forward()).isEmpty();
    assertThat(clocks.millis()).isEqualTo(start + 300);
  }

  @Test
  void aClockThatIsCorrectedLittleByLittleDoesNotJump() {
    for (int i = 0; i < 10_000; i++) {
      time.pass(10_900, 10_000);
      assertThat(clocks.millis()).isEqualTo(time.wall);
      assertThat(clocks.forward()).isEmpty();
    }
  }

  @Test
  void aThreadThatIsHeldUpBetweenTwoLooksSeesNoJump() {
    time.heldUp = 30_000;
    assertThat(clocks.millis()).isEqualTo(time.wall);
    time.heldUp = 30_000;
    assertThat(clocks.forward().or(clocks::back)).isEmpty();
  }
}
