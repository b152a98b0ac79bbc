package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import ofelia.docker.EventHub.Notice;
import ofelia.model.OutputChannel;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.wire.Deadline;
import ofelia.wire.Idle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the client promises, on the engine that `OFELIA_TEST_DOCKER_HOST` names.
@Timeout(60)
class EngineIT {

  private static final String IMAGE = "ofelia-test/busybox:1";
  private static final String LABEL = "ofelia-test.engine";

  private static DockerClient docker;
  private static String running;

  @BeforeAll
  static void startAContainerToWorkIn() {
    String host = System.getenv("OFELIA_TEST_DOCKER_HOST");
    assertThat(host).as("OFELIA_TEST_DOCKER_HOST, as dev/engine env prints it").isNotBlank();
    docker = DockerClient.of(DockerHost.parse(host), Optional.empty());
    removeAll();
    running = create("ofelia-test.engine", "sleep", "3600");
    assertThat(docker.containers().start(running, soon())).isTrue();
  }

  @AfterAll
  static void removeAll() {
    Filters ours = Filters.NONE.with("label", LABEL);
    for (ContainerSummary container : docker.containers().list(true, ours, soon())) {
      docker.containers().remove(container.id(), true, true, soon());
    }
  }

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(30));
  }

  private static ContainerSpec spec(String... command) {
    ContainerSpec spec = ContainerSpec.of(IMAGE);
    return spec.with(spec.program().withCommand(List.of(command)))
        .with(spec.host().withNetwork("none"))
        .withLabels(Map.of(LABEL, "1"));
  }

  private static String create(String name, String... command) {
    return docker.containers().create(name, spec(command), soon()).id();
  }

  private static String exec(String script) {
    return docker.execs().create(running, ExecSpec.of(List.of("sh", "-c", script)), soon());
  }

  private static final class Text implements OutputSink {
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder err = new StringBuilder();

    @Override
    public void accept(OutputChannel channel, byte[] bytes, int offset, int length) {
      String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
      (channel == OutputChannel.STDOUT ? out : err).append(text);
    }
  }

  private static Text read(ContainerOutput output) {
    Text text = new Text();
    try (output) {
      assertThat(output.copyTo(text)).isEqualTo(ContainerOutput.End.COMPLETE);
    }
    return text;
  }

  @Test
  void agreesOnAVersion() {
    docker.ping(soon());
    EngineVersion version = docker.version(soon());
    assertThat(docker.apiVersion(soon())).isBetween(ApiVersion.OLDEST, ApiVersion.NEWEST);
    assertThat(docker.apiVersion(soon()))
        .isLessThanOrEqualTo(ApiVersion.parse(version.apiVersion()));
    assertThat(docker.summary(soon()).id()).isNotEmpty();
    assertThat(docker.summary(soon()).time()).isPresent();
  }

  @Test
  void takesAContainerThroughItsLife() {
    ContainerSpec plain = spec("sh", "-c", "echo $A; pwd; echo bad >&2; exit 7");
    ContainerSpec spec =
        plain.with(
            plain.program().withEnv(List.of("A=1")).withWorkingDir("/tmp").withHostname("h"));
    String id = docker.containers().create("ofelia-test-engine-it-life", spec, soon()).id();
    Container created = docker.containers().inspect("ofelia-test-engine-it-life", soon());
    assertThat(created.id()).isEqualTo(id);
    assertThat(created.name()).isEqualTo("ofelia-test-engine-it-life");
    assertThat(created.state().status()).isEqualTo("created");
    assertThat(created.state().startedAt()).isEmpty();
    assertThat(created.config().image()).endsWith(IMAGE);
    assertThat(created.host().logConfig().type()).isEqualTo("json-file");

    assertThat(docker.containers().start(id, soon())).isTrue();
    Container ended = awaitEnd(id);
    assertThat(ended.state().status()).isEqualTo("exited");
    assertThat(ended.state().exitCode()).isEqualTo(7);
    assertThat(ended.state().startedAt()).isPresent();
    assertThat(ended.state().finishedAt()).isPresent();

    Text log =
        read(docker.containers().logs(id, LogRequest.followed(false), soon(), Idle.unlimited()));
    assertThat(log.out).hasToString("1\n/tmp\n");
    assertThat(log.err).hasToString("bad\n");

    DockerRefusedException twice =
        catchThrowableOfType(
            DockerRefusedException.class, () -> create("ofelia-test-engine-it-life", "true"));
    assertThat(twice.isConflict()).isTrue();
    docker.containers().remove(id, false, true, soon());
    DockerRefusedException gone =
        catchThrowableOfType(
            DockerRefusedException.class, () -> docker.containers().inspect(id, soon()));
    assertThat(gone.isNotFound()).isTrue();
  }

  @Test
  void saysThatAnImageIsMissing() {
    ContainerSpec spec = ContainerSpec.of("ofelia-test/no-such-image:1");
    assertThatThrownBy(() -> docker.containers().create("", spec, soon()))
        .isInstanceOfSatisfying(
            DockerRefusedException.class, e -> assertThat(e.isNotFound()).isTrue());
    assertThat(docker.images().find("ofelia-test/no-such-image:1", soon())).isEmpty();
    assertThat(docker.images().find(IMAGE, soon()))
        .hasValueSatisfying(image -> assertThat(image.tags()).anyMatch(tag -> tag.endsWith(IMAGE)));
  }

  @Test
  void noticesThatAPullFailed() {
    ImageName nowhere = ImageName.parse("127.0.0.1:1/nothing@sha256:" + "0".repeat(64));
    assertThatThrownBy(() -> docker.images().pull(nowhere, "", Optional.empty(), _ -> {}, soon()))
        .isInstanceOf(DockerRefusedException.class)
        .hasMessageContaining("cannot pull image \"127.0.0.1:1/nothing@sha256:0000");
  }

  @Test
  void listsByLabelAndFindsNetworksByName() {
    List<ContainerSummary> ours =
        docker.containers().list(false, Filters.NONE.with("label", LABEL + "=1"), soon());
    assertThat(ours)
        .anySatisfy(container -> {
          assertThat(container.name()).isEqualTo("ofelia-test.engine");
          assertThat(container.isRunning()).isTrue();
          assertThat(container.created()).isAfter(Instant.EPOCH);
        });
    assertThat(docker.networks().find("bridge", soon())).isPresent();
    assertThat(docker.networks().find("bridg", soon())).isEmpty();
  }

  @Test
  void sendsSignalsAndSaysWhenNothingRuns() {
    String id = create("", "sh", "-c", "trap 'exit 9' INT; while true; do sleep 0.1; done");
    docker.containers().start(id, soon());
    await(id, "trap");
    docker.containers().kill(id, "SIGINT", soon());
    assertThat(awaitEnd(id).state().exitCode()).isEqualTo(9);
    DockerRefusedException late =
        catchThrowableOfType(
            DockerRefusedException.class, () -> docker.containers().kill(id, "SIGINT", soon()));
    assertThat(late.isConflict()).isTrue();
  }

  @Test
  void stopsStartsAndRestarts() {
    String id = create("", "sh", "-c", "trap '' TERM; while true; do sleep 0.1; done");
    Containers containers = docker.containers();
    assertThat(containers.start(id, soon())).isTrue();
    assertThat(containers.start(id, soon())).isFalse();
    Instant first = startedAt(id);

    await(id, "trap");
    containers.restart(id, Duration.ofSeconds(1), soon());
    assertThat(startedAt(id)).isAfter(first.plusSeconds(1));
    assertThat(docker.containers().inspect(id, soon()).stopGrace()).hasSeconds(10);

    assertThat(containers.stop(id, Optional.of(Duration.ZERO), soon())).isTrue();
    assertThat(state(id).status()).isEqualTo("exited");
    assertThat(state(id).exitCode()).isEqualTo(137);
    assertThat(containers.stop(id, Optional.of(Duration.ZERO), soon())).isFalse();
    containers.restart(id, Duration.ZERO, soon());
    assertThat(state(id).running()).as("restarted from a stop").isTrue();
    assertThatThrownBy(
            () -> containers.stop("no-such-container", Optional.of(Duration.ZERO), soon()))
        .isInstanceOfSatisfying(
            DockerRefusedException.class, e -> assertThat(e.isNotFound()).isTrue());
  }

  @Test
  @Tag("docker")
  void stopsNothingThatWasNeverStarted() {
    String id = create("", "sleep", "3600");
    assertThat(docker.containers().stop(id, Optional.of(Duration.ZERO), soon())).isFalse();
    assertThat(state(id).status()).isEqualTo("created");
  }

  @Test
  void pausesAndLetsGoOn() {
    Containers containers = docker.containers();
    ContainerSpec spec = spec("sleep", "3600");
    var ownGrace = new ContainerSpec.Stop("", Optional.of(Duration.ofSeconds(1)));
    String id = containers.create("", spec.with(spec.program().withStop(ownGrace)), soon()).id();
    assertThat(containers.inspect(id, soon()).stopGrace()).hasSeconds(1);
    assertThatThrownBy(() -> containers.pause(id, soon()))
        .isInstanceOfSatisfying(
            DockerRefusedException.class, e -> assertThat(e.isConflict()).isTrue());
    assertThatThrownBy(() -> containers.unpause(id, soon()))
        .isInstanceOfSatisfying(
            DockerRefusedException.class, e -> assertThat(e.isServerError()).isTrue());

    containers.start(id, soon());
    containers.pause(id, soon());
    assertThat(state(id).status()).isEqualTo("paused");
    assertThatThrownBy(() -> containers.pause(id, soon()))
        .isInstanceOfSatisfying(
            DockerRefusedException.class, e -> assertThat(e.isConflict()).isTrue());
    assertThatThrownBy(() -> containers.start(id, soon()))
        .isInstanceOfSatisfying(
            DockerRefusedException.class, e -> assertThat(e.isConflict()).isTrue());
    containers.unpause(id, soon());
    assertThat(state(id).status()).isEqualTo("running");
  }

  @Test
  @Tag("docker")
  void stopsWhatIsPaused() {
    Containers containers = docker.containers();
    String id = create("", "sleep", "3600");
    containers.start(id, soon());
    containers.pause(id, soon());
    assertThat(containers.stop(id, Optional.of(Duration.ZERO), soon())).isTrue();
    assertThat(state(id).status()).isEqualTo("exited");
  }

  private static Container.State state(String container) {
    return docker.containers().inspect(container, soon()).state();
  }

  private static Instant startedAt(String container) {
    return state(container).startedAt().orElseThrow();
  }

  private static Container awaitEnd(String container) {
    Deadline deadline = soon();
    Container now = docker.containers().inspect(container, deadline);
    while (!now.state().status().equals("exited")) {
      pause(50);
      now = docker.containers().inspect(container, deadline);
    }
    return now;
  }

  /// A moment for the shell to reach its trap: there is nothing outside by which to know.
  private static void await(String container, String what) {
    assertThat(docker.containers().inspect(container, soon()).state().running()).as(what).isTrue();
    pause(300);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void runsAnExecAndSeparatesItsOutputs() {
    String id = exec("echo out; echo err >&2; exit 3");
    assertThat(docker.execs().inspect(id, soon()).wasStarted()).isFalse();
    Text text = read(docker.execs().start(id, false, soon(), Idle.unlimited()));
    assertThat(text.out).hasToString("out\n");
    assertThat(text.err).hasToString("err\n");
    Exec ended = docker.execs().inspect(id, soon());
    assertThat(ended.exitCode()).hasValue(3);
    assertThat(ended.containerId()).isEqualTo(running);
  }

  @Test
  void givesAnExecUserFolderEnvironmentAndTerminal() {
    ExecSpec spec =
        ExecSpec.of(List.of("sh", "-c", "id -u; pwd; echo $A; test -t 1 && echo tty"))
            .withUser("65534")
            .withWorkingDir("/tmp")
            .withEnv(List.of("A=1"))
            .withTty(true);
    String id = docker.execs().create(running, spec, soon());
    Text text = read(docker.execs().start(id, true, soon(), Idle.unlimited()));
    assertThat(text.out).hasToString("65534\r\n/tmp\r\n1\r\ntty\r\n");
  }

  @Test
  void reportsACommandThatIsNotThereByExitCode() {
    ExecSpec spec = ExecSpec.of(List.of("no-such-command"));
    String id = docker.execs().create(running, spec, soon());
    var _ = read(docker.execs().start(id, false, soon(), Idle.unlimited()));
    assertThat(docker.execs().inspect(id, soon()).exitCode().orElseThrow()).isBetween(126, 127);
  }

  @Test
  void losesNoByteOfOneLongLine() {
    String script = "dd if=/dev/zero bs=1M count=100 2>/dev/null | tr '\\0' x";
    String id = exec(script);
    AtomicLong count = new AtomicLong();
    CRC32 checksum = new CRC32();
    try (ContainerOutput output = docker.execs().start(id, false, soon(), Idle.unlimited())) {
      ContainerOutput.End end =
          output.copyTo((channel, bytes, offset, length) -> {
            assertThat(channel).isEqualTo(OutputChannel.STDOUT);
            count.addAndGet(length);
            checksum.update(bytes, offset, length);
          });
      assertThat(end).isEqualTo(ContainerOutput.End.COMPLETE);
    }
    assertThat(count).hasValue(100L << 20);
    CRC32 expected = new CRC32();
    byte[] megabyte = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 100; i++) {
      expected.update(megabyte);
    }
    assertThat(checksum.getValue()).isEqualTo(expected.getValue());
    assertThat(docker.execs().inspect(id, soon()).exitCode()).hasValue(0);
  }

  @Test
  @Tag("exec-events")
  void learnsOfAnExecsEndWhileItsChildHoldsTheStream() throws Exception {
    try (EventHub hub =
        EventHub.of(docker, EventHub.Rhythm.ORDINARY, new SystemTime(), new SystemCrew())) {
      BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
      hub.listen(notices::add);
      hub.start();
      assertThat(notices.poll(10, TimeUnit.SECONDS)).isEqualTo(new Notice.Connected(false));

      Instant before = Instant.now();
      String id = exec("echo begun; sleep 30 & exit 3");
      CompletableFuture<ExecExit> exit = new CompletableFuture<>();
      hub.listen(notice -> {
        if (notice instanceof Notice.Happened(Event event)) {
          event.execExit().filter(e -> e.execId().equals(id)).ifPresent(exit::complete);
        }
      });
      long begin = System.nanoTime();
      ContainerOutput output = docker.execs().start(id, false, soon(), Idle.unlimited());
      Text text = new Text();
      CompletableFuture<ContainerOutput.End> end = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> end.complete(output.copyTo(text)));

      assertThat(exit.get(10, TimeUnit.SECONDS).exitCode()).isEqualTo(3);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      System.out.println("exec_die came " + took.toMillis() + " ms after the start");
      boolean open = !end.isDone();
      output.close();
      assertThat(end.get(2, TimeUnit.SECONDS))
          .isEqualTo(open ? ContainerOutput.End.CUT : ContainerOutput.End.COMPLETE);
      assertThat(text.out).hasToString("begun\n");
      // A program that restarted now would learn it so.
      assertThat(docker.events().findExecExit(running, id, before, soon()))
          .hasValueSatisfying(found -> assertThat(found.exitCode()).isEqualTo(3));
    }
  }

  @Test
  void hearsOfAContainersLife() throws Exception {
    try (EventHub hub =
        EventHub.of(docker, EventHub.Rhythm.ORDINARY, new SystemTime(), new SystemCrew())) {
      BlockingQueue<Event> events = new LinkedBlockingQueue<>();
      BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
      hub.listen(notice -> {
        if (notice instanceof Notice.Happened(Event event)) {
          events.add(event);
        } else {
          notices.add(notice);
        }
      });
      hub.start();
      assertThat(notices.poll(10, TimeUnit.SECONDS)).isEqualTo(new Notice.Connected(false));
      String id = create("", "sh", "-c", "exit 4");
      docker.containers().start(id, soon());
      List<String> verbs = new ArrayList<>();
      while (!verbs.contains("die")) {
        Event event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event after %s", verbs).isNotNull();
        if (event.actor().id().equals(id)) {
          verbs.add(event.verb());
          assertThat(event.actor().attributes()).containsEntry(LABEL, "1");
        }
      }
      assertThat(verbs).containsExactly("create", "start", "die");
    }
  }

  @Test
  @Tag("exec-events")
  void remembersAnExecsEndForLater() {
    Instant before = docker.summary(soon()).time().orElseThrow();
    String id = exec("exit 5");
    var _ = read(docker.execs().start(id, false, soon(), Idle.unlimited()));
    Optional<ExecExit> found = docker.events().findExecExit(running, id, before, soon());
    assertThat(found).hasValueSatisfying(exit -> assertThat(exit.exitCode()).isEqualTo(5));
    assertThat(docker.events().findExecExit(running, "no-such-exec", before, soon())).isEmpty();
  }
}
