package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import ofelia.docker.ContainerOutput;
import ofelia.docker.ContainerSpec;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerHost;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.ExecSpec;
import ofelia.docker.Filters;
import ofelia.docker.Network;
import ofelia.docker.Service;
import ofelia.model.OutputChannel;
import ofelia.wire.Deadline;
import ofelia.wire.Endpoint;
import ofelia.wire.HttpClient;
import ofelia.wire.Idle;
import ofelia.wire.Limits;
import ofelia.wire.Request;
import ofelia.wire.Response;
import ofelia.wire.Target;

/// The engine that `OFELIA_TEST_DOCKER_HOST` names, with what these tests make on it. Containers
/// that it starts carry a label, and go with [#removeAll].
final class TestEngine {

  static final String IMAGE = "ofelia-test/busybox:1";

  private static final String LABEL = "ofelia-test.app";

  /// What each container of a run carries.
  private static final String RUN_LABEL = "ofelia.job.name";

  final String address;
  private final DockerClient docker;
  private final HttpClient http;

  private TestEngine(String address) {
    this.address = address;
    this.docker = DockerClient.of(DockerHost.parse(address), Optional.empty());
    this.http = new HttpClient(endpoint(address), "docker", Limits.CLIENT);
  }

  /// Takes the engine, with nothing of earlier tests on it.
  static TestEngine open() {
    String host = System.getenv("OFELIA_TEST_DOCKER_HOST");
    assertThat(host).as("OFELIA_TEST_DOCKER_HOST, as dev/engine env prints it").isNotBlank();
    TestEngine engine = new TestEngine(host);
    engine.removeAll();
    return engine;
  }

  private static Endpoint endpoint(String address) {
    if (address.startsWith("unix://")) {
      return new Endpoint.Unix(Path.of(address.substring("unix://".length())));
    }
    String[] parts = address.replaceFirst("^tcp://", "").split(":", 2);
    return new Endpoint.Tcp(parts[0], Integer.parseInt(parts[1]));
  }

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(60));
  }

  /// Whether it is as slow to report the end of an exec as Engine 28 is: that one waits two seconds
  /// for output that a left-over child may still write.
  boolean isSlowToReportExecs() {
    return Integer.parseInt(docker.version(soon()).version().split("\\.", 2)[0]) >= 23;
  }

  /// Whether it takes all networks of a container when that is made.
  boolean takesSeveralNetworksAtOnce() {
    return Integer.parseInt(docker.version(soon()).version().split("\\.", 2)[0]) >= 25;
  }

  /// Starts a container.
  ///
  /// @param options labels and volumes
  void start(String name, Options options, String... command) {
    assertThat(docker.containers().start(create(name, options, command), soon())).isTrue();
  }

  /// Makes a container without starting it, and returns its id.
  String create(String name, Options options, String... command) {
    ContainerSpec spec = ContainerSpec.of(IMAGE);
    ContainerSpec whole =
        spec.with(spec.program().withCommand(Arrays.asList(command)))
            .with(spec.host().withNetwork("none").withBinds(options.volumes()))
            .withLabels(options.labels());
    return docker.containers().create(name, whole, soon()).id();
  }

  /// Starts a container that does nothing until it is stopped, which it is at once.
  void start(String name, Options options) {
    start(name, options, "sh", "-c", "trap 'exit 0' TERM; sleep 86400 & wait");
  }

  /// What a container is started with.
  record Options(Map<String, String> labels, List<String> volumes) {

    static final Options NONE = new Options(Map.of(), List.of());

    Options {
      labels = new HashMap<>(labels);
      labels.put(LABEL, "1");
    }

    Options withLabels(Map<String, String> next) {
      return new Options(next, volumes);
    }

    /// @param next `SOURCE:TARGET` each
    Options withVolumes(String... next) {
      return new Options(labels, Arrays.asList(next));
    }
  }

  /// Removes it in whatever state. Podman would give it ten seconds to end by itself.
  void remove(String name) {
    if (docker.containers().inspect(name, soon()).state().running()) {
      try {
        docker.containers().kill(name, "KILL", soon());
      } catch (DockerException e) {
        // It has just ended by itself, or is being removed by somebody else.
        assertThat(e.isConflict() || e.isNotFound()).as(e.getMessage()).isTrue();
      }
    }
    docker.containers().remove(name, true, true, soon());
  }

  void stop(String name) throws IOException {
    post(Target.path("containers", name, "stop"));
  }

  void pause(String name) {
    docker.containers().pause(name, soon());
  }

  /// `running`, `exited`, `paused` and the like.
  String status(String name) {
    return docker.containers().inspect(name, soon()).state().status();
  }

  /// Waits until a container is in a state.
  void await(String name, String status) throws InterruptedException {
    for (int i = 0; i < 600 && !status(name).equals(status); i++) {
      Thread.sleep(50);
    }
    assertThat(status(name)).as(name).isEqualTo(status);
  }

  void startAgain(String name) {
    assertThat(docker.containers().start(name, soon())).isTrue();
  }

  /// Starts it unless it runs.
  void ensureStarted(String name) {
    docker.containers().start(name, soon());
  }

  void rename(String name, String next) throws IOException {
    post(Target.path("containers", name, "rename").with("name", next));
  }

  void tag(String image, String repository, String tag) throws IOException {
    // Not encoded: the name of an image is several segments.
    post(new Target("/images/" + image + "/tag").with("repo", repository).with("tag", tag));
  }

  private void post(Target target) throws IOException {
    Response response = http.call(Request.post(target), soon());
    assertThat(response.status()).as(target + ": " + text(response)).isLessThan(400);
  }

  void untag(String image) throws IOException {
    http.call(Request.delete(new Target("/images/" + image)), soon());
  }

  void removeVolume(String name) throws IOException {
    http.call(Request.delete(Target.path("volumes", name).with("force", true)), soon());
  }

  private static String text(Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /// Runs a script in a container and waits for it.
  ///
  /// @return what it printed
  String sh(String container, String script) {
    StringBuilder text = new StringBuilder();
    String exec =
        docker.execs().create(container, ExecSpec.of(List.of("sh", "-c", script)), soon());
    try (ContainerOutput output =
        docker.execs().start(exec, false, soon(), Idle.limitedTo(Duration.ofMinutes(2)))) {
      output.copyTo((channel, bytes, offset, length) -> {
        assertThat(channel).isEqualTo(OutputChannel.STDOUT);
        text.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
      });
    }
    return text.toString();
  }

  /// Containers that were made for runs, in any state.
  List<String> containersOfRuns() {
    return list(RUN_LABEL).stream().map(Object::toString).toList();
  }

  /// Waits until none is left that was made for a run long ago, as runs are, and never started.
  void awaitNoBelatedContainers() throws InterruptedException {
    for (int i = 0; i < 80; i++) {
      Instant longAgo = Instant.now().minusSeconds(8);
      if (list(RUN_LABEL).stream()
          .noneMatch(each -> each.state().equals("created") && each.created().isBefore(longAgo))) {
        return;
      }
      Thread.sleep(500);
    }
  }

  private List<ContainerSummary> list(String label) {
    return docker.containers().list(true, Filters.NONE.with("label", label), soon());
  }

  /// None on an engine that is in no swarm.
  private List<Service> servicesOfRuns() {
    try {
      return docker.services().list(Filters.NONE.with("label", RUN_LABEL), soon());
    } catch (DockerRefusedException _) {
      return List.of();
    }
  }

  /// Makes the engine a swarm of its own, on a port that no other engine here has.
  void joinSwarm() throws IOException {
    int port = 20_000 + Math.floorMod(address.hashCode(), 10_000);
    String json =
        "{\"ListenAddr\":\"127.0.0.1:%d\",\"AdvertiseAddr\":\"127.0.0.1:%d\"}"
            .formatted(port, port);
    Request request =
        Request.post(Target.path("swarm", "init")).withJson(json.getBytes(StandardCharsets.UTF_8));
    Response response = http.call(request, soon());
    assertThat(response.status()).as(text(response)).isLessThan(400);
  }

  void leaveSwarm() throws IOException {
    post(Target.path("swarm", "leave").with("force", true));
  }

  /// The names of all volumes.
  List<String> volumes() throws IOException {
    String listing = text(http.call(Request.get(Target.path("volumes")), soon()));
    return Pattern.compile("\"Name\":\"([^\"]+)\"")
        .matcher(listing)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /// The names of all networks, in order.
  List<String> networks() {
    return docker.networks().list(Filters.NONE, soon()).stream()
        .map(Network::name)
        .sorted()
        .toList();
  }

  /// Waits until the swarm has no service of a run any more, and no container of one.
  void awaitNoServices() throws InterruptedException {
    Filters ofTasks = Filters.NONE.with("label", "com.docker.swarm.task");
    List<Object> left = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      left.clear();
      left.addAll(servicesOfRuns());
      left.addAll(docker.containers().list(true, ofTasks, soon()));
      if (left.isEmpty()) {
        return;
      }
      Thread.sleep(100);
    }
    assertThat(left).as("services and their containers").isEmpty();
  }

  /// Removes the containers of these tests and of all runs.
  void removeAll() {
    for (String label : List.of(LABEL, RUN_LABEL)) {
      for (ContainerSummary container : list(label)) {
        remove(container.id());
      }
    }
  }

  /// Ends the engine as a crash does; its containers live on.
  void kill() throws Exception {
    control("kill");
  }

  /// Starts it after [#kill].
  void start() throws Exception {
    control("start");
  }

  private static void control(String command) throws Exception {
    String version = System.getenv("OFELIA_TEST_ENGINE_VERSION");
    assertThat(version).as("OFELIA_TEST_ENGINE_VERSION, as dev/engine env prints it").isNotBlank();
    Process process =
        new ProcessBuilder(new ArrayList<>(List.of("dev/engine", command, version)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
