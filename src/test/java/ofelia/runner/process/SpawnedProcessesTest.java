package ofelia.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import ofelia.time.SystemTime;
import org.junit.jupiter.api.Test;

class SpawnedProcessesTest extends ProcessesContract {

  @Override
  Processes open() {
    return SpawnedProcesses.open(new SystemTime());
  }

  @Test
  void startsWithNoSignalBlockedOrIgnored() throws Exception {
    run("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status");
    assertThat(printed.out()).isEqualTo("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  }

  @Test
  void isTheFormOnThisMachine() {
    try (Processes processes = Processes.open(new SystemTime())) {
      assertThat(processes.form()).isEqualTo("posix_spawn");
    }
  }
}
