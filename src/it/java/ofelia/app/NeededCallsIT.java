package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import ofelia.docker.NeededCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The calls that the daemon makes are those that the documentation says, and one that is refused
/// is named.
@Timeout(120)
class NeededCallsIT {

  private static final String TARGET = "ofelia-test-calls";

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
        """
            .formatted(TARGET, TestEngine.IMAGE));
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
    assertThat(proxy.calls())
        .allMatch(call -> NeededCalls.find(method(call), path(call)).isPresent());
    assertThat(
            proxy.calls().stream()
                .map(call -> NeededCalls.find(method(call), path(call)).orElseThrow())
                .map(row -> row.method() + " " + row.path())
                .collect(Collectors.toSet()))
        .contains(
            "GET /_ping",
            "GET /events",
            "GET /containers/json",
            "POST /containers/{}/exec",
            "POST /exec/{}/start",
            "POST /containers/create",
            "POST /containers/{}/start",
            "DELETE /containers/{}");
  }

  @Test
  void namesTheCallThatIsRefusedAndWhatItIsFor() throws Exception {
    DaemonProcess daemon = ofelia.start();
    proxy.refuse("POST /containers/create");
    assertThat(run(daemon, "run"))
        .contains("answered 403: forbidden; POST /containers/create is needed for job-run");
    assertThat(run(daemon, "exec")).contains("succeeded");
  }

  private static String method(String call) {
    return call.substring(0, call.indexOf(' '));
  }

  private static String path(String call) {
    return call.substring(call.indexOf(' ') + 1);
  }
}
