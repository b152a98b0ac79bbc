package ofelia.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
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

  @Test
  void keepsDescriptorsForTheRestOfTheProgram() {
    int before = descriptors();
    try (Processes processes = SpawnedProcesses.open(new SystemTime(), before)) {
      assertThatThrownBy(() -> processes.start(command(Map.of(), "/bin/true")))
          .isInstanceOf(ProcessStartException.class)
          .hasMessageStartingWith("cannot start \"/bin/true\": Too many open files; each running")
          .hasMessageContaining("ulimit -n");
    }
    assertThat(descriptors()).isEqualTo(before);
  }

  @Test
  void leavesAloneWhatLeftBothSessionAndRun() throws Exception {
    run("sh", "-c", "env -u OFELIA_RUN_ID setsid sh -c 'echo $$; exec sleep 600' & sleep 0.3");
    long pid = Long.parseLong(printed.out().strip());
    assertThat(ProcessTable.find(pid)).isPresent();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  @Test
  void endsATreeOfManyBranches() throws Exception {
    Exit exit =
        run("sh", "-c", "for i in 1 2 3; do sh -c 'sleep 600 & sleep 600' & done; sleep 0.3");
    assertThat(exit).isEqualTo(new Exit(0, 0, 9));
  }
}
