package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import ofelia.model.Outcome;
import org.junit.jupiter.api.Test;

/// The record by which a service run is found again.
class ServiceHandleTest {

  @Test
  void readsBackWhatItWrote() {
    ServiceHandle begun = ServiceHandle.of("job-7e5700000001-2");
    assertThat(ServiceHandle.parse(begun.write())).hasValue(begun);
    for (Outcome end :
        List.of(
            new Outcome.Succeeded(),
            new Outcome.Failed(137, "exit code 137: killed, out of memory"),
            new Outcome.Broke("its node rejected the task: No such image\nexit=0"),
            new Outcome.Cancelled("stop request"))) {
      assertThat(ServiceHandle.parse(begun.ended(end).write())).hasValue(begun.ended(end));
    }
  }

  @Test
  void fitsIntoARecordWhateverTheSwarmSays() {
    ServiceHandle handle = ServiceHandle.of("job-7e5700000001");
    String written = handle.ended(new Outcome.Broke("x".repeat(5_000))).write();
    assertThat(written).hasSizeLessThan(1_000);
    assertThat(ServiceHandle.parse(written)).isPresent();
    assertThat(ServiceHandle.parse("job exit=")).isEmpty();
    assertThat(ServiceHandle.parse("")).isEmpty();
  }
}
