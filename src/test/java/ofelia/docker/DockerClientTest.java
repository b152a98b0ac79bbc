package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.Endpoint;
import ofelia.wire.Idle;
import ofelia.wire.ScriptedTransport;
import ofelia.wire.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client against an engine that says exactly one thing.
class DockerClientTest {

  private static final Optional<ApiVersion> PINNED = Optional.of(new ApiVersion(1, 41));

  private static String answer(int status, String body) {
    return "HTTP/1.1 %d Words\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, body.getBytes(StandardCharsets.UTF_8).length, body);
  }

  private static DockerClient client(Transport engine, Optional<ApiVersion> pinned) {
    return DockerClient.of(new DockerHost(engine, "docker"), pinned);
  }

  private static DockerClient engineSaying(int status, String body) {
    return client(ScriptedTransport.saying(answer(status, body)), PINNED);
  }

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @CsvSource({"1.41, 1.41", "1.40, 1.40", "1.51, 1.51", "1.99, 1.51", "2.0, 1.51"})
  void speaksTheNewestVersionThatBothKnow(String theirs, String chosen) {
    ScriptedTransport engine =
        ScriptedTransport.saying("HTTP/1.1 200 OK\r\nApi-Version: " + theirs + "\r\n\r\n[]");
    DockerClient client = client(engine, Optional.empty());
    assertThat(client.networks().list(Filters.NONE, soon())).isEmpty();
    assertThat(client.networks().list(Filters.NONE, soon())).isEmpty();
    assertThat(engine.sent().lines().filter(line -> line.startsWith("GET")))
        .containsExactly(
            "GET /_ping HTTP/1.1",
            "GET /v" + chosen + "/networks HTTP/1.1",
            "GET /v" + chosen + "/networks HTTP/1.1");
  }

  /// Podman answers in one way whatever it is asked in; a later one may claim more.
  @ParameterizedTest
  @ValueSource(strings = {"1.41", "1.44"})
  void speaksWithPodmanAsItAnswers(String theirs) {
    ScriptedTransport engine =
        ScriptedTransport.saying(
            "HTTP/1.1 200 OK\r\nApi-Version: %s\r\nLibpod-Api-Version: 5.4.2\r\n\r\n[]"
                .formatted(theirs));
    assertThat(client(engine, Optional.empty()).apiVersion(soon())).hasToString("1.41");
  }

  @Test
  void asksNobodyWhenTheVersionIsPinned() {
    ScriptedTransport engine = ScriptedTransport.saying(answer(200, "[]"));
    var _ = client(engine, PINNED).networks().list(Filters.NONE, soon());
    assertThat(engine.sent()).startsWith("GET /v1.41/networks ").doesNotContain("_ping");
  }

  @ParameterizedTest
  @CsvSource({
    "'Api-Version: 1.39', it speaks API 1.39",
    "'Api-Version: x', it answers with Api-Version",
    "'Server: nginx', it names no Api-Version",
  })
  void refusesAnEngineThatIsTooOldOrNone(String header, String message) {
    Transport engine = ScriptedTransport.saying("HTTP/1.1 200 OK\r\n" + header + "\r\n\r\nOK");
    assertThatThrownBy(() -> client(engine, Optional.empty()).apiVersion(soon()))
        .isInstanceOf(DockerUnreachableException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "404, true, false, false",
    "409, false, true, false",
    "400, false, false, false",
    "500, false, false, true",
  })
  void tellsHowTheEngineSaidNo(int status, boolean missing, boolean conflict, boolean server) {
    DockerClient client = engineSaying(status, "{\"message\":\"No such container: x\"}");
    DockerRefusedException e =
        catchThrowableOfType(
            DockerRefusedException.class, () -> client.containers().start("x", soon()));
    assertThat(e)
        .hasMessage(
            "cannot start container \"x\": the engine at script://engine answered %s: %s",
            status, "No such container: x");
    assertThat(e.what()).isEqualTo("start container \"x\"");
    assertThat(e.isNotFound()).isEqualTo(missing);
    assertThat(e.isConflict()).isEqualTo(conflict);
    assertThat(e.isServerError()).isEqualTo(server);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "{}", "", "{\"message\":7}", "\"x\""})
  void keepsItsWordsWhenARefusalHasNone(String body) {
    DockerClient client = engineSaying(502, body);
    assertThatThrownBy(() -> client.containers().start("x", soon()))
        .isInstanceOf(DockerRefusedException.class)
        .hasMessageContaining("answered 502");
  }

  @Test
  void takesNotModifiedForAnAnswer() {
    Transport running = ScriptedTransport.saying("HTTP/1.1 304 Not Modified\r\n\r\n");
    assertThat(client(running, PINNED).containers().start("x", soon())).isFalse();
    Transport stopped = ScriptedTransport.saying("HTTP/1.1 204 No Content\r\n\r\n");
    assertThat(client(stopped, PINNED).containers().start("x", soon())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "nonsense", "{\"Id\":", "{\"Id\":{}}", "{\"State\":{\"Pid\":\"x\"}}"})
  void blamesTheEngineForNonsense(String body) {
    DockerClient client = engineSaying(200, body);
    DockerUnreachableException e =
        catchThrowableOfType(
            DockerUnreachableException.class, () -> client.containers().inspect("x", soon()));
    assertThat(e).hasMessageStartingWith("cannot inspect container \"x\": the engine at script://");
    assertThat(e.requestSent()).isTrue();
  }

  @Test
  void knowsThatARequestWasNeverSent() {
    DockerClient client = client(new Endpoint.Unix(Path.of("/no/engine")), PINNED);
    DockerUnreachableException e =
        catchThrowableOfType(
            DockerUnreachableException.class, () -> client.containers().start("x", soon()));
    assertThat(e.requestSent()).isFalse();
    assertThat(e).hasMessageContaining("check that the engine runs");
  }

  @Test
  void readsWhatTheEngineLeavesOutAsEmpty() {
    Container container = engineSaying(200, "{\"Config\":null}").containers().inspect("x", soon());
    assertThat(container.name()).isEmpty();
    assertThat(container.created()).isEmpty();
    assertThat(container.state().startedAt()).isEmpty();
    assertThat(container.config().labels()).isEmpty();
    assertThat(container.host().restartPolicy().name()).isEqualTo("no");
    Container nulls =
        engineSaying(
                200,
                "{\"Name\":\"/a\",\"Config\":{\"Env\":null,\"Labels\":null,\"New\":[{}]},"
                    + "\"HostConfig\":{\"LogConfig\":{\"Type\":\"none\"}}}")
            .containers()
            .inspect("x", soon());
    assertThat(nulls.name()).isEqualTo("a");
    assertThat(nulls.config().env()).isEmpty();
    assertThat(nulls.host().logConfig().type()).isEqualTo("none");
  }

  @Test
  void sendsOnlyWhatWasSetOnANewContainer() {
    ScriptedTransport engine = ScriptedTransport.saying(answer(201, "{\"Id\":\"1\"}"));
    ContainerSpec plain = ContainerSpec.of("alpine");
    var _ = client(engine, PINNED).containers().create("", plain, soon());
    assertThat(engine.sent())
        .contains("POST /v1.41/containers/create HTTP/1.1")
        .doesNotContain("Cmd", "Entrypoint", "StopSignal", "StopTimeout", "NetworkMode");

    ScriptedTransport other = ScriptedTransport.saying(answer(201, "{\"Id\":\"1\"}"));
    ContainerSpec full =
        plain
            .with(
                plain
                    .program()
                    .withCommand(List.of())
                    .withEntrypoint(List.of("sh", "-c"))
                    .withEnv(List.of("A=1"))
                    .withStop(new ContainerSpec.Stop("SIGINT", Optional.of(Duration.ofSeconds(3)))))
            .with(
                plain
                    .host()
                    .withBinds(List.of("v:/v"))
                    .withNetwork("none")
                    .with(
                        new ContainerSpec.Limits(
                            1_500_000_000,
                            64 << 20,
                            -1,
                            0,
                            List.of(new ContainerSpec.Ulimit("nofile", 1, 2)),
                            List.of(new ContainerSpec.Gpus(0, List.of("3")))))
                    .with(new ContainerSpec.Log("none", Map.of())))
            .withLabels(Map.of("l", "1"))
            .withPlatform("linux/arm64");
    var _ = client(other, PINNED).containers().create("a", full, soon());
    assertThat(other.sent())
        .contains("create?name=a&platform=linux%2Farm64 ")
        .contains("\"Cmd\":[]", "\"Entrypoint\":[\"sh\",\"-c\"]", "\"Env\":[\"A=1\"]")
        .contains("\"StopSignal\":\"SIGINT\"", "\"StopTimeout\":3", "\"Labels\":{\"l\":\"1\"}")
        .contains("\"HostConfig\":{\"Binds\":[\"v:/v\"]", "\"NetworkMode\":\"none\"")
        .contains("\"NanoCpus\":1500000000,\"Memory\":67108864,\"PidsLimit\":-1")
        .contains("\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1,\"Hard\":2}]")
        .contains("{\"Count\":0,\"DeviceIDs\":[\"3\"],\"Capabilities\":[[\"gpu\"]]}")
        .contains("\"LogConfig\":{\"Type\":\"none\",\"Config\":{}}")
        .doesNotContain("ShmSize", "CapAdd", "ReadonlyRootfs", "null");
  }

  @Test
  void noticesAPullThatFailsAfterAGoodBeginning() {
    String lines =
        """
        {"status":"Pulling from a","id":"1"}
        {"status":"Downloading","progressDetail":{"current":5,"total":10},"id":"x"}
        {"errorDetail":{"message":"denied"},"error":"denied"}
        """;
    List<PullProgress> progress = new ArrayList<>();
    ScriptedTransport engine = ScriptedTransport.saying(answer(200, lines));
    ImageName name = ImageName.parse("r.example/a@sha256:ab");
    RegistryAuth auth = new RegistryAuth("me", "secret", "r.example", "", "a file");
    assertThatThrownBy(() ->
            client(engine, PINNED)
                .images()
                .pull(name, "", Optional.of(auth), progress::add, soon()))
        .isInstanceOf(DockerRefusedException.class)
        .hasMessageContaining("cannot pull image \"r.example/a@sha256:ab\"")
        .hasMessageEndingWith("denied; tried as user \"me\" from a file");
    assertThat(progress).hasSize(2);
    assertThat(progress.get(1).amount().currentBytes()).isEqualTo(5);
    assertThat(engine.sent())
        .contains("fromImage=r.example%2Fa&tag=sha256%3Aab ")
        .contains("X-Registry-Auth: " + auth.header());
  }

  @Test
  void takesAPullThatBreaksOffForABrokenEngine() {
    Transport engine =
        ScriptedTransport.saying(
            "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"status\":\"Downloading\"}\n{\"sta");
    assertThatThrownBy(() ->
            client(engine, PINNED)
                .images()
                .pull(ImageName.parse("a"), "", Optional.empty(), _ -> {}, soon()))
        .isInstanceOf(DockerUnreachableException.class);
  }

  @Test
  void readsEventsWithNanoseconds() {
    String die =
        """
        {"Type":"container","Action":"exec_die","Actor":{"ID":"c1","Attributes":{"execID":"e1",\
        "exitCode":"3","l":"1"}},"scope":"local","time":1795441578,"timeNano":1795441578803195033}
        """;
    Transport engine = ScriptedTransport.saying("HTTP/1.1 200 OK\r\n\r\n" + die + "\n" + die);
    try (EventStream events =
        client(engine, PINNED).events().follow(Optional.empty(), Filters.NONE, soon())) {
      Event event = events.next().orElseThrow();
      assertThat(event.time()).isEqualTo(Instant.ofEpochSecond(1795441578, 803195033));
      assertThat(event.execExit()).contains(new ExecExit("e1", "c1", 3, event.time()));
      assertThat(events.next()).contains(event);
      assertThat(events.next()).isEmpty();
    }
  }

  @Test
  void namesTheCommandOfAnExecEventApart() {
    Event event = new Event("container", "exec_start: sh -c 'a: b'", Event.Actor.NONE, 1);
    assertThat(event.verb()).isEqualTo("exec_start");
    assertThat(event.execExit()).isEmpty();
  }

  @Test
  void readsATerminalRawAndTheRestInFrames() {
    String head = "HTTP/1.1 101 UPGRADED\r\n\r\n";
    String frames = "\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\3err";
    assertThat(output(head + frames, false)).isEqualTo("STDOUT=out STDERR=err COMPLETE");
    assertThat(output(head + "a\r\nb", true)).isEqualTo("STDOUT=a\r\nb COMPLETE");
    assertThatThrownBy(() -> output(head + "plain", false))
        .isInstanceOf(DockerUnreachableException.class)
        .hasMessageContaining("middle of a frame");
  }

  private static String output(String answer, boolean tty) {
    DockerClient client = client(ScriptedTransport.saying(answer), PINNED);
    StringBuilder all = new StringBuilder();
    try (ContainerOutput output = client.execs().start("e1", tty, soon(), Idle.unlimited())) {
      ContainerOutput.End end =
          output.copyTo((channel, bytes, offset, length) ->
              all.append(channel)
                  .append('=')
                  .append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1))
                  .append(' '));
      return all.append(end).toString();
    }
  }

  @Test
  void tellsWhatWasPruned() {
    String report =
        "{\"ImagesDeleted\":[{\"Untagged\":\"a:1\"},{\"Deleted\":\"sha256:1\"}],\"SpaceReclaimed\":9}";
    ScriptedTransport engine = ScriptedTransport.saying(answer(200, report));
    Filters filters = Filters.NONE.with("label!", "keep");
    assertThat(client(engine, PINNED).pruning().images(true, filters, soon()))
        .isEqualTo(new Pruning.Pruned(List.of("sha256:1"), List.of("a:1"), 9));
    assertThat(engine.sent())
        .contains("POST /v1.41/images/prune?filters=")
        .contains("%22dangling%22%3A%5B%22false%22%5D", "%22label%21%22%3A%5B%22keep%22%5D");
    assertThat(
            engineSaying(200, "{\"NetworksDeleted\":null}")
                .pruning()
                .networks(Filters.NONE, soon()))
        .isEqualTo(new Pruning.Pruned(List.of(), List.of(), 0));
  }

  @ParameterizedTest
  @CsvSource({"1.41, true, false", "1.42, true, true", "1.42, false, false"})
  void asksForAllVolumesWhereTheEngineTellsThem(String version, boolean all, boolean asks) {
    ScriptedTransport engine =
        ScriptedTransport.saying(answer(200, "{\"VolumesDeleted\":[\"v\"],\"SpaceReclaimed\":1}"));
    var pinned = Optional.of(ApiVersion.parse(version));
    assertThat(client(engine, pinned).pruning().volumes(all, Filters.NONE, soon()).removed())
        .containsExactly("v");
    assertThat(engine.sent().contains("%22all%22")).isEqualTo(asks);
  }

  @Test
  void findsANetworkByExactNameOnly() {
    String networks =
        "[{\"Id\":\"1\",\"Name\":\"backend\"},{\"Id\":\"back\",\"Name\":\"x\"},"
            + "{\"Id\":\"2\",\"Name\":\"back\"}]";
    assertThat(engineSaying(200, networks).networks().find("back", soon()))
        .hasValueSatisfying(network -> assertThat(network.id()).isEqualTo("2"));
    assertThat(engineSaying(200, networks).networks().find("1", soon())).isPresent();
    assertThat(engineSaying(200, networks).networks().find("backe", soon())).isEmpty();
  }
}
