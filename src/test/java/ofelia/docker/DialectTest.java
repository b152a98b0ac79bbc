package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Docker Engine and Podman say the same in different words. All answers are such as they gave.
class DialectTest {

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          Docker | not started       | "ExitCode":null,"Running":false,"Pid":0,"CanRemove":false   | false | -   | false
          Docker | runs              | "ExitCode":null,"Running":true,"Pid":71,"CanRemove":false   | true  | -   | false
          Docker | succeeded         | "ExitCode":0,"Running":false,"Pid":71,"CanRemove":false     | true  | 0   | false
          Docker | failed            | "ExitCode":127,"Running":false,"Pid":71,"CanRemove":false   | true  | 127 | false
          Docker | failed a while ago| "ExitCode":127,"Running":false,"Pid":71,"CanRemove":true    | true  | 127 | false
          Docker | could not be run  | "ExitCode":127,"Running":false,"Pid":0,"CanRemove":false    | true  | 127 | true
          Podman | not started       | "ExitCode":0,"Running":false,"Pid":0,"CanRemove":false      | false | -   | false
          Podman | runs              | "ExitCode":0,"Running":true,"Pid":71,"CanRemove":false      | true  | -   | false
          Podman | succeeded         | "ExitCode":0,"Running":false,"Pid":0,"CanRemove":true       | true  | 0   | false
          Podman | failed, or not run| "ExitCode":127,"Running":false,"Pid":0,"CanRemove":true     | true  | 127 | false
          """)
  void tellsHowFarAnExecIs(
      String engine, String state, String json, boolean started, Integer code, boolean notRun) {
    Exec exec = Messages.of(Exec.class).fromJson("{\"ID\":\"e1\"," + json + "}");
    assertThat(exec.wasStarted()).isEqualTo(started);
    assertThat(exec.exitCode().isPresent() ? exec.exitCode().getAsInt() : null).isEqualTo(code);
    assertThat(exec.neverWasProcess()).isEqualTo(notRun);
  }

  @ParameterizedTest
  @CsvSource({
    "container, die, die",
    "container, died, die",
    "container, exec_die, exec_die",
    "container, exec_died, exec_die",
    "container, destroy, destroy",
    "container, remove, destroy",
    "image, remove, remove",
  })
  void hearsOneWordForOneEvent(String type, String action, String verb) {
    assertThat(new Event(type, action, Event.Actor.NONE, 1).verb()).isEqualTo(verb);
  }

  @Test
  void doesNotKnowOfWhichExecPodmanTellsTheEnd() {
    var actor = new Event.Actor("c1", Map.of("containerExitCode", "3", "name", "probe"));
    assertThat(new Event("container", "exec_died", actor, 1).execExit()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "configured, created",
    "initialized, created",
    "running, running",
    "stopping, running",
    "stopped, exited",
    "exited, exited",
    "paused, paused",
  })
  void seesOneStateForOneThing(String said, String meant) {
    byte[] inspection =
        "{\"State\":{\"Status\":\"%s\"}}".formatted(said).getBytes(StandardCharsets.US_ASCII);
    assertThat(Messages.of(Container.class).fromJson(inspection).state().status()).isEqualTo(meant);
    byte[] summary = "{\"State\":\"%s\"}".formatted(said).getBytes(StandardCharsets.US_ASCII);
    assertThat(Messages.of(ContainerSummary.class).fromJson(summary).state()).isEqualTo(meant);
  }
}
