package ofelia.web;

import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.engine.RequestException;
import ofelia.engine.StopAnswer;
import ofelia.ledger.LedgerException;
import ofelia.model.JobName;
import ofelia.model.RunId;
import ofelia.wire.HttpServer;
import ofelia.wire.Received;
import ofelia.wire.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers on the control socket. Whoever can open the socket, its owner and root, may do
/// everything.
public final class ControlServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  private final Controls controls;
  private final HttpServer server;

  private ControlServer(Path socket, Controls controls) throws IOException {
    this.controls = controls;
    this.server =
        HttpServer.start(
            socket,
            HttpServer.Bounds.ORDINARY,
            this::answer,
            (request, thrown) -> LOG.error("{} failed on the control socket", request, thrown));
  }

  /// Listens until closed.
  ///
  /// @throws IOException when another process listens there, or nothing can be put there
  public static ControlServer start(Path socket, Controls controls) throws IOException {
    return new ControlServer(socket, controls);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private Reply answer(Received request) {
    List<String> path;
    try {
      path = request.segments();
    } catch (IllegalArgumentException _) {
      // A percent sign without two hexadecimal digits.
      return Answers.failure(400, "the path is not encoded as it should be");
    }
    try {
      return route(request, path);
    } catch (RequestException e) {
      int status =
          switch (e.kind()) {
            case UNKNOWN -> 404;
            case REFUSED -> 409;
          };
      return Answers.failure(status, String.valueOf(e.getMessage()));
    } catch (LedgerException e) {
      LOG.error("{} failed on the control socket", request, e);
      return Answers.failure(503, "the store does not answer: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Answers.failure(503, "the daemon is ending");
    }
  }

  private Reply route(Received request, List<String> path)
      throws RequestException, InterruptedException {
    String method = request.method();
    boolean isRun = matches(path, "api", "jobs", "*", "run");
    boolean isStop = matches(path, "api", "runs", "*", "stop");
    boolean isReload = matches(path, "api", "reload");
    boolean isHealth = matches(path, "api", "health");
    if (!(isRun || isStop || isReload || isHealth)) {
      return Answers.failure(404, "there is nothing at /" + String.join("/", path));
    }
    if (!method.equals(isHealth ? "GET" : "POST")) {
      return Answers.failure(405, "the method here is " + (isHealth ? "GET" : "POST"));
    }
    if (isRun) {
      return run(path.get(2), Optional.ofNullable(request.query().get("due")));
    }
    if (isStop) {
      return stop(path.get(2));
    }
    return isReload ? reload() : health();
  }

  private static boolean matches(List<String> path, String... pattern) {
    if (path.size() != pattern.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      if (!pattern[i].equals("*") && !pattern[i].equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// @param due the instant of the schedule to run for, in RFC 3339; empty for none
  private Reply run(String name, Optional<String> due)
      throws RequestException, InterruptedException {
    if (!JobName.isValid(name)) {
      return Answers.failure(404, "there is no job of that name");
    }
    JobName job = new JobName(name);
    RunId run;
    try {
      run =
          due.isEmpty()
              ? controls.runNow(job)
              : controls.backfill(job, OffsetDateTime.parse(due.get()).toInstant());
    } catch (DateTimeParseException _) {
      return Answers.failure(400, "due is no instant; write one such as 2026-03-01T13:00:00Z");
    }
    return Answers.reply(202, Answers.Run.class, new Answers.Run(run.toString()));
  }

  private Reply stop(String text) throws InterruptedException {
    Optional<RunId> run = RunId.parse(text);
    if (run.isEmpty()) {
      return Answers.failure(404, "\"" + text + "\" is not the number of a run");
    }
    return switch (controls.stop(run.get())) {
      case StopAnswer.Stopping() ->
          Answers.reply(202, Answers.Run.class, new Answers.Run(run.get().toString()));
      case StopAnswer.CannotStop(String why) -> Answers.failure(409, why);
      case StopAnswer.NotRunning() ->
          Answers.failure(404, "run " + run.get() + " neither goes on nor waits");
    };
  }

  private Reply reload() throws InterruptedException {
    Controls.Reloaded reloaded = controls.reload();
    return Answers.reply(
        reloaded.isInForce() ? 200 : 422,
        Answers.Reload.class,
        new Answers.Reload(
            reloaded.jobs(), reloaded.problems().stream().map(ProblemLine::of).toList()));
  }

  private Reply health() throws InterruptedException {
    Map<String, Integer> counts = controls.counts();
    return Answers.reply(
        200,
        Answers.Health.class,
        new Answers.Health(
            "ok",
            counts.getOrDefault("jobs", 0),
            counts.getOrDefault("running", 0),
            counts.getOrDefault("waiting", 0),
            counts.getOrDefault("gaps", 0)));
  }
}
