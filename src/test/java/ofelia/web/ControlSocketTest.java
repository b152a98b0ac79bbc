package ofelia.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ofelia.engine.RequestException;
import ofelia.engine.StopAnswer;
import ofelia.model.JobName;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.RunId;
import ofelia.wire.ConnectFailedException;
import ofelia.wire.Deadline;
import ofelia.wire.Endpoint;
import ofelia.wire.HttpClient;
import ofelia.wire.Limits;
import ofelia.wire.Request;
import ofelia.wire.Response;
import ofelia.wire.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ControlSocketTest {

  private static final RunId RUNNING = new RunId(0x5e0700000012L);
  private static final RunId EXEC = new RunId(0x5e0700000013L);

  @TempDir Path folder;
  private final ScriptedControls controls = new ScriptedControls();
  private Path socket = Path.of("");
  private ControlServer server;

  @BeforeEach
  void listen() throws IOException {
    socket = folder.resolve("control.sock");
    server = ControlServer.start(socket, controls);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void onlyTheOwnerMayUseTheSocketAndItGoesWithTheServer() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    server.close();
    assertThat(socket).doesNotExist();
    assertThatThrownBy(() -> new ControlClient(socket).reload())
        .isInstanceOf(ConnectFailedException.class);
  }

  @ParameterizedTest
  @CsvSource({"backup", "a b/c%d?e", "größe & 日本", "..", "a+b"})
  void aJobOfAnyNameIsRunNow(String name) throws Exception {
    assertThat(new ControlClient(socket).runNow(name)).isEqualTo("5e0700000012");
    assertThat(controls.ran).containsExactly(new JobName(name));
  }

  @Test
  void aJobIsRunForAnInstantThatHasPassed() throws Exception {
    Instant due = Instant.parse("2026-03-01T02:00:00Z");
    assertThat(new ControlClient(socket).backfill("a b", due)).isEqualTo("5e0700000012");
    assertThat(controls.filled).containsExactly(due);
  }

  @Test
  void aJobThatCannotRunSaysWhy() {
    assertThatThrownBy(() -> new ControlClient(socket).runNow("nobody"))
        .isInstanceOf(ControlClient.RefusedException.class)
        .hasMessage("there is no job \"nobody\"");
    assertThatThrownBy(() -> new ControlClient(socket).runNow("broken"))
        .isInstanceOf(ControlClient.RefusedException.class)
        .hasMessage("job \"broken\" is quarantined");
  }

  @Test
  void aRunIsStoppedOrTheReasonIsTold() throws Exception {
    ControlClient client = new ControlClient(socket);
    client.stop(RUNNING);
    assertThatThrownBy(() -> client.stop(EXEC)).hasMessage("an exec cannot be stopped");
    assertThatThrownBy(() -> client.stop(new RunId(1)))
        .hasMessage("run 000000000001 neither goes on nor waits");
  }

  @Test
  void aReloadTellsJobsAndProblems() throws Exception {
    ControlClient.Reloaded good = new ControlClient(socket).reload();
    controls.isReadable = false;
    ControlClient.Reloaded bad = new ControlClient(socket).reload();

    assertThat(good.isInForce()).isTrue();
    assertThat(good.jobs()).isEqualTo(3);
    assertThat(good.problems())
        .containsExactly(
            new ProblemLine("warning", "a.ini", 3, 7, "[global] x", "unknown", "write y"));
    assertThat(bad.isInForce()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "GET  | /api/health                | 200 | {\"status\":\"ok\",\"jobs\":3,\"running\":1,\"waiting\":0,\"gaps\":2}",
        "POST | /api/jobs/backup/run       | 202 | {\"run\":\"5e0700000012\"}",
        "POST | /api/jobs/backup/run?due=2026-03-01T13:00:00%2B01:00 | 202 | {\"run\":\"5e0700000012\"}",
        "POST | /api/jobs/backup/run?due=2026-03-01T13:00:07Z | 409 | {\"error\":\"not due at 2026-03-01T13:00:07Z\"}",
        "POST | /api/jobs/backup/run?due=noon | 400 | {\"error\":\"due is no instant; write one such as 2026-03-01T13:00:00Z\"}",
        "POST | /api/runs/5e0700000012/stop| 202 | {\"run\":\"5e0700000012\"}",
        "POST | /api/runs/5e0700000013/stop| 409 | {\"error\":\"an exec cannot be stopped\"}",
        "POST | /api/runs/xyz/stop         | 404 | {\"error\":\"\\\"xyz\\\" is not the number of a run\"}",
        "POST | /api/jobs/broken/run       | 409 | {\"error\":\"job \\\"broken\\\" is quarantined\"}",
        "GET  | /api/jobs/backup/run       | 405 | {\"error\":\"the method here is POST\"}",
        "POST | /api/health                | 405 | {\"error\":\"the method here is GET\"}",
        "GET  | /api/nothing               | 404 | {\"error\":\"there is nothing at /api/nothing\"}",
        "POST | /api/jobs/%zz/run          | 400 | {\"error\":\"the path is not encoded as it should be\"}",
      })
  void answersHaveTheirStatusAndShape(String method, String path, int status, String body)
      throws IOException {
    HttpClient http = new HttpClient(new Endpoint.Unix(socket), "ofelia", Limits.CLIENT);
    Request request =
        method.equals("GET") ? Request.get(new Target(path)) : Request.post(new Target(path));

    Response response = http.call(request, Deadline.within(Duration.ofSeconds(5)));

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.text()).isEqualTo(body);
    assertThat(response.headers().find("Content-Type")).hasValue("application/json");
  }

  /// A daemon with three jobs, a run that can be stopped and one that cannot.
  private static final class ScriptedControls implements Controls {
    private final List<JobName> ran = new ArrayList<>();
    private final List<Instant> filled = new ArrayList<>();
    private boolean isReadable = true;

    @Override
    public RunId runNow(JobName job) throws RequestException {
      switch (job.value()) {
        case "nobody" ->
            throw new RequestException(
                RequestException.Kind.UNKNOWN, "there is no job \"" + job + "\"");
        case "broken" ->
            throw new RequestException(
                RequestException.Kind.REFUSED, "job \"" + job + "\" is quarantined");
        default -> ran.add(job);
      }
      return RUNNING;
    }

    @Override
    public RunId backfill(JobName job, Instant due) throws RequestException {
      if (due.toEpochMilli() % 60_000 != 0) {
        throw new RequestException(RequestException.Kind.REFUSED, "not due at " + due);
      }
      filled.add(due);
      return RUNNING;
    }

    @Override
    public StopAnswer stop(RunId run) {
      if (run.equals(RUNNING)) {
        return new StopAnswer.Stopping();
      }
      return run.equals(EXEC)
          ? new StopAnswer.CannotStop("an exec cannot be stopped")
          : new StopAnswer.NotRunning();
    }

    @Override
    public Reloaded reload() {
      Problem problem =
          Problem.warning(new Origin("a.ini", 3, 7), "[global] x", "unknown", "write y");
      return new Reloaded(isReadable, 3, List.of(problem));
    }

    @Override
    public Map<String, Integer> counts() {
      return Map.of("jobs", 3, "running", 1, "waiting", 0, "gaps", 2);
    }
  }
}
