package ofelia.web;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import ofelia.model.RunId;
import ofelia.wire.Connection;
import ofelia.wire.Deadline;
import ofelia.wire.DeadlineExceededException;
import ofelia.wire.Endpoint;
import ofelia.wire.HttpClient;
import ofelia.wire.Limits;
import ofelia.wire.Request;
import ofelia.wire.Response;
import ofelia.wire.Target;

/// Asks a daemon over its control socket.
///
/// Each call throws [RefusedException] when the daemon says no,
/// [ofelia.wire.ConnectFailedException] when none listens, and another `IOException` when it does
/// not answer in time or breaks off.
public final class ControlClient {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Reading all sources again may take as long as an engine takes to answer.
  private static final Duration RELOAD_PATIENCE = Duration.ofSeconds(30);

  private static final Duration GLANCE = Duration.ofSeconds(1);

  private final Endpoint.Unix socket;
  private final HttpClient http;

  public ControlClient(Path socket) {
    this.socket = new Endpoint.Unix(socket);
    this.http = new HttpClient(this.socket, "ofelia", Limits.CLIENT);
  }

  /// What came of a reload.
  ///
  /// @param isInForce false when the old set stays in force
  public record Reloaded(boolean isInForce, int jobs, List<ProblemLine> problems) {}

  /// Whether a daemon listens, be it too busy to answer.
  public boolean isAnswered() {
    try (Connection _ = socket.open(Deadline.within(GLANCE))) {
      return true;
    } catch (DeadlineExceededException _) {
      // Its queue of connections is full.
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// Runs a job now.
  ///
  /// @return the number of the run, which is on record
  public String runNow(String job) throws IOException, RefusedException {
    Response response = post(PATIENCE, "api", "jobs", job, "run");
    return Answers.read(Answers.Run.class, accepted(response)).run();
  }

  /// Runs a job now for an instant of its schedule that has passed.
  ///
  /// @return the number of the run, which is on record
  public String backfill(String job, Instant due) throws IOException, RefusedException {
    Target target = Target.path("api", "jobs", job, "run").with("due", due.toString());
    Response response = http.call(Request.post(target), Deadline.within(PATIENCE));
    return Answers.read(Answers.Run.class, accepted(response)).run();
  }

  /// Has a run ended; does not wait for its end.
  public void stop(RunId run) throws IOException, RefusedException {
    accepted(post(PATIENCE, "api", "runs", run.toString(), "stop"));
  }

  /// Has all sources read again.
  public Reloaded reload() throws IOException, RefusedException {
    Response response = post(RELOAD_PATIENCE, "api", "reload");
    boolean isRejected = response.status() == 422;
    Answers.Reload reload =
        Answers.read(Answers.Reload.class, isRejected ? response : accepted(response));
    return new Reloaded(!isRejected, reload.jobs(), reload.problems());
  }

  private Response post(Duration patience, String... path) throws IOException {
    return http.call(Request.post(Target.path(path)), Deadline.within(patience));
  }

  private static Response accepted(Response response) throws IOException, RefusedException {
    if (response.status() >= 300) {
      throw new RefusedException(Answers.read(Answers.Failure.class, response).error());
    }
    return response;
  }

  /// The daemon understood, and says no; the message is its reason.
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
