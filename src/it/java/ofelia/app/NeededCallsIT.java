package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ofelia.docker.NeededCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The calls that the daemon makes are those that the documentation says, and one that is refused
/// is named.
@Timeout(120)
class NeededCallsIT {

  private static final String TARGET = "ofelia-test-calls";
  private static final String PROJECT = "ofelia-test-calls";

  @TempDir Path folder;
  private TestEngine engine;
  private RecordingProxy proxy;
  private Installation ofelia;

  @BeforeEach
  void install() throws Exception {
    engine = TestEngine.open();
    proxy = new RecordingProxy(engine.address, folder);
    engine.start(
        TARGET,
        TestEngine.Options.NONE.withLabels(
            Map.of(
                "ofelia.enabled", "true",
                "ofelia.job-exec.hello.schedule", "@triggered",
                "ofelia.job-exec.hello.command", "true")));
    ofelia = new Installation(folder).with("DOCKER_HOST", proxy.host());
    ofelia.configure(
        """
        [job-exec "exec"]
        schedule = @triggered
        container = %s
        command = echo x

        [job-run "run"]
        schedule = @triggered
        image = %s
        pull = never
        network = none
        command = echo x

        [job-container "restart"]
        schedule = @triggered
        container = %s
        action = restart

        [job-container "prune"]
        schedule = @triggered
        action = prune
        prune = containers, networks
        prune-label = ofelia-test.nothing
        """
            .formatted(TARGET, TestEngine.IMAGE, TARGET));
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    proxy.close();
    engine.removeAll();
  }

  private String run(DaemonProcess daemon, String job) throws Exception {
    String run =
        ofelia.command("run", job).text().strip().replaceAll("(?s).*?([0-9a-f]{12}).*", "$1");
    daemon.awaitEndOf(run);
    return ofelia.command("history", "--json", job).text();
  }

  @Test
  void makesTheCallsOfTheDocumentationAndNoOther() throws Exception {
    DaemonProcess daemon = ofelia.start();
    assertThat(run(daemon, "exec")).contains("succeeded");
    assertThat(run(daemon, "run")).contains("succeeded");
    assertThat(run(daemon, "restart")).contains("succeeded");
    assertThat(run(daemon, "prune")).contains("succeeded");
    assertThat(proxy.calls())
        .allMatch(call -> NeededCalls.find(method(call), path(call)).isPresent());
    assertThat(
            proxy.calls().stream()
                .map(call -> NeededCalls.find(method(call), path(call)).orElseThrow())
                .map(NeededCalls.Row::call)
                .collect(Collectors.toSet()))
        .contains(
            "GET /_ping",
            "GET /events",
            "GET /containers/json",
            "POST /containers/{}/exec",
            "POST /exec/{}/start",
            "POST /containers/create",
            "POST /containers/{}/start",
            "POST /containers/{}/restart",
            "POST /networks/prune",
            "DELETE /containers/{}");
  }

  /// By the row of the documentation, without those that the daemon makes in any case.
  private List<String> rowsOf(DaemonProcess daemon, String job) throws Exception {
    proxy.forget();
    assertThat(run(daemon, job)).contains("succeeded");
    return proxy.inOrder().stream()
        .map(call -> NeededCalls.find(method(call), path(call)).orElseThrow())
        .map(row -> row.method() + " " + row.path())
        .filter(row -> !Set.of("GET /_ping", "GET /events", "GET /containers/json").contains(row))
        .toList();
  }

  @Test
  void makesNoCallThatABareRunDoesNotNeed() throws Exception {
    DaemonProcess daemon = ofelia.start();
    assertThat(run(daemon, "run")).contains("succeeded"); // It shows that logs are kept.

    List<String> exec = rowsOf(daemon, "exec");
    assertThat(exec).startsWith("POST /containers/{}/exec", "POST /exec/{}/start");
    assertThat(exec.subList(2, exec.size())).isSubsetOf("GET /exec/{}/json");

    List<String> run = rowsOf(daemon, "run");
    assertThat(run)
        .startsWith(
            "POST /containers/create", "POST /containers/{}/start", "GET /containers/{}/logs")
        .endsWith("DELETE /containers/{}")
        .doesNotContain("GET /images/{}/json");
  }

  @Test
  @Tag("swarm")
  void makesTheCallsForServicesAndNoOther() throws Exception {
    engine.joinSwarm();
    try {
      ofelia.configure(
          """
          [job-service-run "service"]
          schedule = @triggered
          image = %s
          command = echo x
          """
              .formatted(TestEngine.IMAGE));
      DaemonProcess daemon = ofelia.start();
      assertThat(run(daemon, "service")).contains("succeeded");
      assertThat(proxy.calls())
          .allMatch(call -> NeededCalls.find(method(call), path(call)).isPresent())
          .contains("POST /services/create", "GET /tasks");
      proxy.refuse("POST /services/create");
      assertThat(run(daemon, "service"))
          .contains("answered 403: forbidden; POST /services/create is needed for job-service-run");
    } finally {
      engine.leaveSwarm();
    }
  }

  @Test
  void namesTheCallThatIsRefusedAndWhatItIsFor() throws Exception {
    DaemonProcess daemon = ofelia.start();
    proxy.refuse("POST /containers/create");
    assertThat(run(daemon, "run"))
        .contains("answered 403: forbidden; POST /containers/create is needed for job-run");
    assertThat(run(daemon, "exec")).contains("succeeded");
    proxy.refuse("POST /containers/");
    assertThat(run(daemon, "restart"))
        .contains("403: forbidden; POST /containers/{}/restart is needed for job-container");
  }

  /// The project has all that makes Compose call: what is not there yet, what is there, and what
  /// its file has changed since.
  @Test
  void composeMakesTheCallsOfItsTableAndNoOther() throws Exception {
    ComposeFile compose = new ComposeFile(folder, engine.address, PROJECT);
    writeProject(compose, "600");
    ofelia.with("PATH", compose.path());
    ofelia.configure(
        """
        [job-compose "fresh"]
        schedule = @triggered
        file = %1$s
        project-name = %2$s
        service = worker
        command = echo x

        [job-compose "inside"]
        schedule = @triggered
        file = %1$s
        project-name = %2$s
        service = beside
        exec = true
        command = echo x
        """
            .formatted(compose.file(), PROJECT));
    try {
      DaemonProcess daemon = ofelia.start();
      proxy.refuse("POST /networks/create");
      assertThat(run(daemon, "fresh"))
          .contains("Compose cannot start service", "403 Forbidden", "let pass what Compose calls");
      proxy.refuse("");
      assertThat(run(daemon, "fresh")).contains("succeeded");
      assertThat(run(daemon, "inside")).contains("succeeded");
      writeProject(compose, "601");
      assertThat(run(daemon, "fresh")).contains("succeeded");
      assertThat(proxy.calls())
          .filteredOn(call -> !proxy.callsOfCompose().contains(call))
          .allMatch(call -> NeededCalls.find(method(call), path(call)).isPresent());
      Set<String> ofCompose = new TreeSet<>();
      for (String call : proxy.callsOfCompose()) {
        Optional<NeededCalls.Row> row = NeededCalls.findOfCompose(method(call), path(call));
        assertThat(row).as(call).isPresent();
        ofCompose.add(row.get().call());
      }
      Set<String> expected =
          NeededCalls.OF_COMPOSE.stream()
              .map(NeededCalls.Row::call)
              .collect(Collectors.toCollection(TreeSet::new));
      expected.remove("POST /images/create");
      if (engine.takesSeveralNetworksAtOnce()) {
        expected.remove("POST /networks/{}/connect");
      }
      assertThat(ofCompose).isEqualTo(expected);
    } finally {
      compose.call("down", "--timeout", "0", "--volumes", "--remove-orphans");
    }
  }

  private static void writeProject(ComposeFile compose, String seconds) throws Exception {
    compose.write(
        """
        services:
          beside:
            image: %1$s
            init: true
            command: ["sleep", "%2$s"]
            volumes: ["files:/files"]
          worker:
            image: %1$s
            depends_on: [beside]
            networks: [default, back]
            volumes: ["files:/files", "/scratch"]
        networks:
          back:
        volumes:
          files:
        """
            .formatted(TestEngine.IMAGE, seconds));
  }

  private static String method(String call) {
    return call.substring(0, call.indexOf(' '));
  }

  private static String path(String call) {
    return call.substring(call.indexOf(' ') + 1);
  }
}
