package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ExecHandleTest {

  @Test
  void tellsAnIdFromANameWhenItIsReadAgain() {
    List<ExecHandle> handles =
        List.of(ExecHandle.in("e1", "4f2a"), ExecHandle.inNamed("e2", "4f2a"));
    assertThat(ExecHandle.write(handles)).isEqualTo("e1 4f2a,e2 name=4f2a");
    assertThat(ExecHandle.parse(ExecHandle.write(handles))).isEqualTo(handles);
  }

  @Test
  void readsNothingFromWhatIsNoHandle() {
    assertThat(ExecHandle.parse("e1")).isEmpty();
    assertThat(ExecHandle.parse("e1 c1,")).isEmpty();
  }
}
