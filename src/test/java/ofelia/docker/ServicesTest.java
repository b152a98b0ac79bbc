package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.ScriptedTransport;
import org.junit.jupiter.api.Test;

/// What is said to a swarm, and understood of it.
class ServicesTest {

  private static final String ID = "{\"ID\":\"s1\",\"Warnings\":null}";

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(5));
  }

  private static ScriptedTransport answering(String json) {
    return ScriptedTransport.saying(
        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(json.length(), json));
  }

  private static Services services(ScriptedTransport engine, int minor) {
    Optional<ApiVersion> pinned = Optional.of(new ApiVersion(1, minor));
    return DockerClient.of(new DockerHost(engine, "docker"), pinned).services();
  }

  private static ServiceSpec spec(Optional<List<String>> entrypoint) {
    ContainerSpec.Program plain =
        ContainerSpec.Program.of("i").withCommand(List.of("a", "b")).withEnv(List.of("A=1"));
    ServiceSpec.Host host =
        new ServiceSpec.Host(
            List.of(
                new ServiceSpec.Mount(ServiceSpec.Mount.Type.BIND, "/s", "/t", true),
                new ServiceSpec.Mount(ServiceSpec.Mount.Type.VOLUME, "", "/v", false),
                ServiceSpec.Mount.tmpfs(
                    "/m", new ServiceSpec.Mount.Memory(Optional.of(1L << 20), Optional.of(01770)))),
            List.of("n"),
            new ContainerSpec.Names(List.of("db:fd00::5"), List.of("10.0.0.53")),
            new ServiceSpec.Resources(
                new ContainerSpec.Limits(500_000_000, 64 << 20, -1, 0, List.of(), List.of()),
                0,
                4 << 20,
                Map.of("GPU", 2L)),
            new ContainerSpec.Rights(
                List.of("CHOWN"),
                List.of("ALL"),
                List.of("no-new-privileges", "seccomp={}", "apparmor=unconfined", "label=type:t"),
                true),
            Optional.of(true),
            new ContainerSpec.Log("local", Map.of()));
    return new ServiceSpec(
        "job-1",
        Map.of("l", "1"),
        entrypoint.map(plain::withEntrypoint).orElse(plain),
        host,
        new ServiceSpec.Placement(List.of("node.role==worker"), "linux/arm64"));
  }

  @Test
  void asksForOneTaskThatIsNotRepeated() {
    ScriptedTransport engine = answering(ID);
    RegistryAuth auth = new RegistryAuth("u", "p", "r.example.com", "", "test");
    Services.Created created =
        services(engine, 51).create(spec(Optional.empty()), Optional.of(auth), soon());
    assertThat(created.id()).isEqualTo("s1");
    assertThat(created.warnings()).isEmpty();
    assertThat(engine.sent())
        .contains("POST /v1.51/services/create ", "X-Registry-Auth: " + auth.header())
        .contains("\"Name\":\"job-1\",\"Labels\":{\"l\":\"1\"}")
        .contains("\"Mode\":{\"ReplicatedJob\":{\"MaxConcurrent\":1,\"TotalCompletions\":1}}")
        .contains("\"RestartPolicy\":{\"Condition\":\"none\"}")
        .contains("\"Image\":\"i\",\"Args\":[\"a\",\"b\"]")
        .contains("{\"Type\":\"bind\",\"Source\":\"/s\",\"Target\":\"/t\",\"ReadOnly\":true}")
        .contains("{\"Type\":\"volume\",\"Source\":\"\",\"Target\":\"/v\",\"ReadOnly\":false}")
        .contains("\"Hosts\":[\"fd00::5 db\"]", "\"Nameservers\":[\"10.0.0.53\"]")
        .contains("\"CapabilityAdd\":[\"CAP_CHOWN\"]", "\"CapabilityDrop\":[\"ALL\"]")
        .contains("\"Limits\":{\"NanoCPUs\":500000000,\"MemoryBytes\":67108864}")
        .contains("\"Reservations\":{\"MemoryBytes\":4194304,")
        .contains("[{\"DiscreteResourceSpec\":{\"Kind\":\"GPU\",\"Value\":2}}]")
        .contains("{\"Type\":\"tmpfs\",\"Source\":\"\",\"Target\":\"/m\",\"ReadOnly\":false,")
        .contains("\"TmpfsOptions\":{\"SizeBytes\":1048576,\"Mode\":1016}")
        .contains(
            "\"Privileges\":{\"NoNewPrivileges\":true,"
                + "\"Seccomp\":{\"Mode\":\"custom\",\"Profile\":\"e30=\"},"
                + "\"AppArmor\":{\"Mode\":\"disabled\"},"
                + "\"SELinuxContext\":{\"Disable\":false,\"Type\":\"t\"}}")
        .contains(
            "\"Placement\":{\"Constraints\":[\"node.role==worker\"],"
                + "\"Platforms\":[{\"Architecture\":\"arm64\",\"OS\":\"linux\"}]}")
        .contains("\"Networks\":[{\"Target\":\"n\"}]", "\"LogDriver\":{\"Name\":\"local\"");
  }

  @Test
  void asksOlderEnginesForAReplicaThatIsNotRestarted() {
    ScriptedTransport engine = answering(ID);
    var _ = services(engine, 41).create(spec(Optional.empty()), Optional.empty(), soon());
    assertThat(engine.sent())
        .contains("\"Mode\":{\"Replicated\":{\"Replicas\":1}}")
        .contains("\"Condition\":\"none\"")
        .doesNotContain("ReplicatedJob", "X-Registry-Auth");
  }

  @Test
  void putsTheCommandInThePlaceOfAnEmptyEntrypoint() {
    ScriptedTransport engine = answering(ID);
    var _ = services(engine, 51).create(spec(Optional.of(List.of())), Optional.empty(), soon());
    assertThat(engine.sent()).contains("\"Command\":[\"a\",\"b\"]").doesNotContain("Args");
    ScriptedTransport other = answering(ID);
    var _ = services(other, 51).create(spec(Optional.of(List.of("sh"))), Optional.empty(), soon());
    assertThat(other.sent()).contains("\"Command\":[\"sh\"],\"Args\":[\"a\",\"b\"]");
  }

  @Test
  void readsHowFarATaskGot() {
    String json =
        """
        [{"ID":"t","CreatedAt":"2026-01-01T00:00:00Z","NodeID":"n","Status":{"State":"failed",\
        "Message":"started","Err":"task: non-zero exit (3)","ContainerStatus":{"ContainerID":"c",\
        "PID":0,"ExitCode":3}}},{"ID":"u","Status":{"State":"pending","Err":"no suitable node"}}]\
        """;
    List<Task> tasks = services(answering(json), 41).tasks("job-1", soon());
    assertThat(tasks).extracting(task -> task.status().isEnd()).containsExactly(true, false);
    assertThat(tasks.getFirst().status().container()).isEqualTo(new Task.InContainer("c", 3));
    assertThat(tasks.getLast().status().error()).isEqualTo("no suitable node");
    assertThat(tasks.getLast().status().container()).isEqualTo(Task.InContainer.NONE);
  }
}
