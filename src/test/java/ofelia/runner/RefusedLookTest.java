package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import ofelia.cron.Schedule;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerHost;
import ofelia.docker.EventHub;
import ofelia.docker.RegistryLogins;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Outcome;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.plugin.Trace;
import ofelia.time.Crew;
import ofelia.time.Signal;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.time.Time;
import ofelia.wire.Endpoint;
import ofelia.wire.HttpServer;
import ofelia.wire.Limits;
import ofelia.wire.Received;
import ofelia.wire.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A filter before the engine forbids to look at work that goes on: it must not go on for ever,
/// with nobody to bound it.
@Timeout(60)
class RefusedLookTest {

  private static final String CONTAINER = "c".repeat(64);

  @TempDir Path folder;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Time time = new HastyTime();

  /// Its waits pass at once, and its clock goes on by them.
  private static final class HastyTime implements Time {
    private final Time time = new SystemTime();
    private final AtomicLong skipped = new AtomicLong();

    @Override
    public long millis() {
      return time.millis() + skipped.get() / 1_000_000;
    }

    @Override
    public long nanos() {
      return time.nanos() + skipped.get();
    }

    @Override
    public Signal newSignal() {
      return new Signal() {
        @Override
        public void raise() {}

        @Override
        public boolean await(Duration atMost) {
          skipped.addAndGet(atMost.toNanos());
          return false;
        }
      };
    }
  }

  @Test
  void killsAndRemovesTheContainerOfTheRun() throws Exception {
    Outcome outcome = resume(JobKind.RUN, RunHandle.fresh(CONTAINER).write());
    assertThat(outcome).isInstanceOf(Outcome.Broke.class);
    assertThat(((Outcome.Broke) outcome).problem())
        .startsWith("the engine refuses to speak of its container: ")
        .contains("403")
        .endsWith("; it was killed");
    assertThat(calls)
        .containsExactly(
            "POST /containers/" + CONTAINER + "/kill", "DELETE /containers/" + CONTAINER);
  }

  @Test
  void leavesAContainerThatWasThereBefore() throws Exception {
    String handle =
        RunHandle.of(CONTAINER, new RunHandle.Existing(Instant.EPOCH, "2026-11-23T20:15:00Z"))
            .write();
    Outcome outcome = resume(JobKind.RUN, handle);
    assertThat(((Outcome.Broke) outcome).problem()).endsWith("; it may still run");
    assertThat(calls).isEmpty();
  }

  @Test
  void removesTheServiceOfTheRun() throws Exception {
    Outcome outcome = resume(JobKind.SERVICE_RUN, ServiceHandle.of("ofelia-report-1").write());
    assertThat(((Outcome.Broke) outcome).problem())
        .startsWith("the engine refuses to speak of its service: ");
    assertThat(calls).containsExactly("DELETE /services/ofelia-report-1");
  }

  private Outcome resume(JobKind kind, String handle) throws Exception {
    Path socket = folder.resolve("engine");
    HttpServer.Bounds bounds =
        new HttpServer.Bounds(
            8,
            Limits.SERVER,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(50));
    try (HttpServer _ =
        HttpServer.start(
            socket,
            bounds,
            this::answer,
            (request, e) -> {
              throw new AssertionError(request, e);
            })) {
      DockerClient client =
          DockerClient.of(new DockerHost(new Endpoint.Unix(socket), "docker"), Optional.empty());
      Crew crew = new SystemCrew();
      EventHub hub = EventHub.of(client, EventHub.Rhythm.ORDINARY, time, crew);
      RegistryLogins logins = new RegistryLogins(folder);
      Maker maker = new Maker("here", "1");
      Runner runner =
          kind.equals(JobKind.RUN)
              ? new RunRunner(client, hub, logins, maker, time, crew)
              : new ServiceRunner(client, hub, logins, maker, time, crew);
      return runner.resume(
          request(kind),
          new Trace(handle, Optional.of(handle)),
          new RecordingSink(),
          new ManualStop());
    }
  }

  private static RunRequest request(JobKind kind) throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("report"),
            kind,
            "ini",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            new Settings.Builder().build(),
            Origin.of("test"),
            List.of());
    return new RunRequest(RunId.of(1, 1), job, Instant.EPOCH, Cause.SCHEDULE, 1);
  }

  private Reply answer(Received request) {
    String path = request.path().replaceFirst("^/v1\\.\\d+", "");
    if (path.equals("/_ping")) {
      Reply ok = Reply.text(200, "OK");
      return new Reply(200, ok.headers().with("Api-Version", "1.41"), ok.body());
    }
    if (request.method().equals("GET")) {
      return Reply.json(403, "{\"message\":\"forbidden\"}".getBytes(StandardCharsets.UTF_8));
    }
    calls.add(request.method() + " " + path);
    return Reply.text(200, "");
  }
}
