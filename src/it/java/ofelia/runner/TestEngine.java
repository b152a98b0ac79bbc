package ofelia.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ofelia.cron.Schedule;
import ofelia.docker.ContainerOutput;
import ofelia.docker.ContainerSpec;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerHost;
import ofelia.docker.EventHub;
import ofelia.docker.ExecSpec;
import ofelia.docker.Filters;
import ofelia.docker.LogRequest;
import ofelia.docker.Network;
import ofelia.docker.Service;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.wire.Body;
import ofelia.wire.Deadline;
import ofelia.wire.HttpClient;
import ofelia.wire.Idle;
import ofelia.wire.Limits;
import ofelia.wire.Request;
import ofelia.wire.Response;
import ofelia.wire.Target;

/// The engine that `OFELIA_TEST_DOCKER_HOST` names, with what the tests of runners make on it.
/// Everything carries a label and goes with [#close].
final class TestEngine implements AutoCloseable {

  static final String IMAGE = "ofelia-test/busybox:1";

  private static final String LABEL = "ofelia-test.runners";
  private static final int STORE = 0x7e57;
  private static final AtomicLong RUNS = new AtomicLong(System.nanoTime() & 0xfffffffL);

  private static final Pattern VOLUME_NAME = Pattern.compile("\"Name\":\"([^\"]+)\"");

  final DockerClient docker;
  private final HttpClient http;
  final SystemTime time = new SystemTime();
  final SystemCrew crew = new SystemCrew();
  final EventHub hub;

  private TestEngine(DockerHost host) {
    this.docker = DockerClient.of(host, Optional.empty());
    this.http = new HttpClient(host.transport(), host.httpHost(), Limits.CLIENT);
    this.hub = EventHub.of(docker, EventHub.Rhythm.ORDINARY, time, crew);
  }

  static TestEngine open() throws InterruptedException {
    String host = System.getenv("OFELIA_TEST_DOCKER_HOST");
    assertThat(host).as("OFELIA_TEST_DOCKER_HOST, as dev/engine env prints it").isNotBlank();
    var engine = new TestEngine(DockerHost.parse(host));
    engine.removeAll();
    engine.hub.start();
    for (int i = 0; i < 200 && !engine.hub.isConnected(); i++) {
      Thread.sleep(50);
    }
    assertThat(engine.hub.isConnected()).isTrue();
    return engine;
  }

  @Override
  public void close() {
    hub.close();
    removeAll();
  }

  void removeAll() {
    removeLabelled(LABEL);
    removeLabelled("ofelia.job.name");
    for (Network network : docker.networks().list(Filters.NONE.with("label", LABEL), soon())) {
      send(Request.delete(Target.path("networks", network.id())));
    }
  }

  private void removeLabelled(String label) {
    for (ContainerSummary container :
        docker.containers().list(true, Filters.NONE.with("label", label), soon())) {
      removeContainer(container.id());
    }
  }

  static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(60));
  }

  /// Starts a container for others to work in.
  ///
  /// @return its id
  String startContainer(String name, String... command) {
    String id = createContainer(name, command);
    docker.containers().start(id, soon());
    return id;
  }

  String createContainer(String name, String... command) {
    return create(name, List.of(), command);
  }

  /// Starts a container for others to work in, with one volume.
  void startWithVolume(String name, String volume, String... command) {
    docker.containers().start(create(name, List.of(volume), command), soon());
  }

  private String create(String name, List<String> volumes, String... command) {
    ContainerSpec spec = ContainerSpec.of(IMAGE);
    ContainerSpec labelled =
        spec.with(spec.program().withCommand(List.of(command)))
            .with(spec.host().withNetwork("none").withBinds(volumes))
            .withLabels(Map.of(LABEL, "1"));
    return docker.containers().create(name, labelled, soon()).id();
  }

  /// What a container has printed since it was created.
  String printed(String container) {
    StringBuilder text = new StringBuilder();
    var log = LogRequest.soFar(false);
    try (ContainerOutput output =
        docker.containers().logs(container, log, soon(), Idle.unlimited())) {
      output.copyTo(
          (_, bytes, offset, length) -> text.append(new String(bytes, offset, length, UTF_8)));
    }
    return text.toString();
  }

  /// Starts a container with more labels.
  ///
  /// @param command none for the image's own
  String startLabelled(String name, String image, Map<String, String> labels, String... command) {
    Map<String, String> all = new HashMap<>(labels);
    all.put(LABEL, "1");
    ContainerSpec spec = ContainerSpec.of(image);
    ContainerSpec labelled =
        spec.with(
                command.length == 0 ? spec.program() : spec.program().withCommand(List.of(command)))
            .with(spec.host().withNetwork("none"))
            .withLabels(all);
    String id = docker.containers().create(name, labelled, soon()).id();
    docker.containers().start(id, soon());
    return id;
  }

  /// Makes a container of an image and nothing else.
  ///
  /// @return its id
  String createOf(String image, String name) {
    return docker.containers().create(name, ContainerSpec.of(image), soon()).id();
  }

  /// Makes an image of a container.
  void commit(String container, String image) {
    String[] name = image.split(":", 2);
    send(
        Request.post(
                Target.path("commit")
                    .with("container", container)
                    .with("repo", name[0])
                    .with("tag", name[1]))
            .withJson("{}".getBytes(UTF_8)));
  }

  /// Makes an image that has no files.
  ///
  /// @param changes instructions such as `LABEL a=b`
  void makeImage(String image, String... changes) {
    String[] name = image.split(":", 2);
    Target target =
        Target.path("images", "create")
            .with("fromSrc", "-")
            .with("repo", name[0])
            .with("tag", name[1]);
    for (String change : changes) {
      target = target.with("changes", change);
    }
    // The end of an archive, and nothing before it.
    send(Request.post(target).with(new Body.Bytes(new byte[1024])));
  }

  void removeImage(String image) {
    send(Request.delete(Target.path("images", image)));
  }

  /// Removes it in whatever state. Podman would give it ten seconds to end by itself.
  void removeContainer(String name) {
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

  /// Containers made for a run, in any state.
  List<ContainerSummary> containersOf(RunRequest request) {
    Filters filters = Filters.NONE.with("label", "ofelia.run.id=" + request.run());
    return docker.containers().list(true, filters, soon());
  }

  static RunRequest request(JobKind kind, Settings settings) throws Exception {
    return request(kind, settings, RunId.of(STORE, RUNS.incrementAndGet()));
  }

  static RunRequest request(JobKind kind, Settings settings, RunId run) throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("ofelia-test job/1"),
            kind,
            "test",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            settings,
            Origin.of("test"),
            List.of());
    return new RunRequest(run, job, Instant.parse("2026-01-02T03:04:05Z"), Cause.SCHEDULE, 1);
  }

  /// A command line that is split into exactly these words.
  static String quoted(String... words) {
    return Stream.of(words)
        .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(" "));
  }

  static RunId runOfAnotherStore() {
    return RunId.of(STORE + 1, RUNS.incrementAndGet());
  }

  /// Makes a network that goes with [#close].
  void network(String name) {
    network(name, "bridge");
  }

  void network(String name, String driver) {
    String json =
        "{\"Name\":\"%s\",\"Driver\":\"%s\",\"Attachable\":true,\"Labels\":{\"%s\":\"1\"}}"
            .formatted(name, driver, LABEL);
    send(Request.post(Target.path("networks", "create")).withJson(json.getBytes(UTF_8)));
  }

  /// The names of all volumes.
  List<String> volumes() {
    String listing = send(Request.get(Target.path("volumes")));
    return VOLUME_NAME.matcher(listing).results().map(found -> found.group(1)).toList();
  }

  void removeVolume(String name) {
    send(Request.delete(Target.path("volumes", name)));
  }

  /// Runs a command in a container, and waits for it.
  void execute(String container, String... command) {
    String exec = docker.execs().create(container, ExecSpec.of(List.of(command)), soon());
    try (ContainerOutput output = docker.execs().start(exec, false, soon(), Idle.unlimited())) {
      output.copyTo((_, _, _, _) -> {});
    }
  }

  /// Has the health of a container checked again and again, as systemd does for Podman, which need
  /// not be there. Other engines do so by themselves.
  ///
  /// @return to be closed when that is enough
  AutoCloseable checkingHealthOf(String container) {
    if (!isPodman()) {
      return () -> {};
    }
    Request check =
        Request.get(Target.path("v4.0.0", "libpod", "containers", container, "healthcheck"));
    Thread checking =
        Thread.ofVirtual()
            .start(() -> {
              while (!Thread.interrupted()) {
                try {
                  Thread.sleep(500);
                  // It may be between two starts.
                  var _ = http.call(check, soon());
                } catch (IOException | InterruptedException _) {
                  return;
                }
              }
            });
    return checking::interrupt;
  }

  void pause(String container) {
    send(Request.post(Target.path("containers", container, "pause")));
  }

  void unpause(String container) {
    send(Request.post(Target.path("containers", container, "unpause")));
  }

  void rename(String container, String name) {
    send(Request.post(Target.path("containers", container, "rename").with("name", name)));
  }

  /// Makes the engine a swarm of its own, on a port that no other engine here has.
  void joinSwarm() {
    int port = 20_000 + Math.floorMod(System.getenv("OFELIA_TEST_DOCKER_HOST").hashCode(), 10_000);
    String json =
        "{\"ListenAddr\":\"127.0.0.1:%d\",\"AdvertiseAddr\":\"127.0.0.1:%d\"}"
            .formatted(port, port);
    send(Request.post(Target.path("swarm", "init")).withJson(json.getBytes(UTF_8)));
  }

  void leaveSwarm() {
    send(Request.post(Target.path("swarm", "leave").with("force", true)));
  }

  /// Podman does not tell a command that could not be run from one that ended with that exit code.
  boolean isPodman() {
    return send(Request.get(Target.path("version"))).contains("Podman Engine");
  }

  boolean isInSwarm() {
    return docker.summary(soon()).swarm().state().equals("active");
  }

  /// Services made for runs.
  List<Service> servicesOf(RunRequest request) {
    return docker
        .services()
        .list(Filters.NONE.with("label", "ofelia.run.id=" + request.run()), soon());
  }

  /// Waits until the swarm has removed all containers of tasks.
  void awaitNoTasks() throws InterruptedException {
    Filters ofTasks = Filters.NONE.with("label", "com.docker.swarm.task");
    List<ContainerSummary> left = docker.containers().list(true, ofTasks, soon());
    for (int i = 0; i < 200 && !left.isEmpty(); i++) {
      Thread.sleep(100);
      left = docker.containers().list(true, ofTasks, soon());
    }
    assertThat(left).as("containers of tasks").isEmpty();
  }

  /// Makes any call of the API.
  ///
  /// @return the answer's body
  String send(Request request) {
    try {
      Response response = http.call(request, soon());
      String body = new String(response.body(), UTF_8);
      assertThat(response.status()).as(request.target() + ": " + body).isLessThan(400);
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether `dev/engine` manages the engine, so that it may be killed.
  static void control(String... arguments) throws Exception {
    String version = System.getenv("OFELIA_TEST_ENGINE_VERSION");
    assertThat(version).as("OFELIA_TEST_ENGINE_VERSION, as dev/engine env prints it").isNotBlank();
    List<String> command = new ArrayList<>(List.of("dev/engine"));
    command.addAll(List.of(arguments));
    command.add(version);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
