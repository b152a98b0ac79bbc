package ofelia.docker;

import io.avaje.jsonb.JsonType;
import java.io.IOException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import ofelia.wire.CutException;
import ofelia.wire.Deadline;
import ofelia.wire.HttpClient;
import ofelia.wire.HttpStream;
import ofelia.wire.Idle;
import ofelia.wire.Limits;
import ofelia.wire.ProtocolException;
import ofelia.wire.Request;
import ofelia.wire.Response;
import ofelia.wire.Target;
import org.jspecify.annotations.Nullable;

/// The one door to the engine: puts the API's version before each path, and turns statuses and I/O
/// failures into [DockerException]s.
///
/// The version is negotiated by the first call. It is forgotten when the engine cannot be reached,
/// since it may come back as another one.
final class Calls {

  /// The engine hardly says this; what filters the calls to it does.
  private static final int FORBIDDEN = 403;

  private static final Limits ERRORS =
      new Limits(Limits.CLIENT.headBytes(), Limits.CLIENT.headers(), 64 * 1024);
  private static final JsonType<ErrorBody> ERROR = Messages.of(ErrorBody.class);

  private final HttpClient http;
  private final String engine;
  private final Optional<ApiVersion> pinned;
  private volatile @Nullable ApiVersion version;

  Calls(HttpClient http, String engine, Optional<ApiVersion> pinned) {
    this.http = http;
    this.engine = engine;
    this.pinned = pinned;
    this.version = pinned.orElse(null);
  }

  /// One call by HTTP, which may fail in all the ways of [HttpClient].
  private interface Exchange<T> {
    T run(Request request) throws IOException;
  }

  /// @param what the call for messages, such as `start container "backup"`
  Response call(String what, Request request, Deadline deadline) {
    return attempt(
        what,
        () -> {
          Response response = http.call(versioned(request, deadline), deadline);
          requireSuccess(what, request, response.status(), response.body());
          return response;
        });
  }

  <T> T json(String what, Request request, Deadline deadline, JsonType<T> type) {
    Response response = call(what, request, deadline);
    return attempt(what, () -> Messages.read(type, response.body()));
  }

  /// A call without the version in its path, which every engine understands.
  Response unversioned(String what, Request request, Deadline deadline) {
    return attempt(
        what,
        () -> {
          Response response = http.call(request, deadline);
          requireSuccess(what, request, response.status(), response.body());
          return response;
        });
  }

  /// An answer that is read as it comes, the whole of it within the deadline.
  HttpStream exchange(String what, Request request, Deadline whole) {
    return stream(what, request, whole, versioned -> http.exchange(versioned, whole));
  }

  /// An answer that is read as it comes; the deadline is for its head.
  HttpStream stream(String what, Request request, Deadline head, Idle idle) {
    return stream(what, request, head, versioned -> http.stream(versioned, head, idle));
  }

  /// A connection that the engine hands over.
  HttpStream takeOver(String what, Request request, Deadline head, Idle idle) {
    return stream(what, request, head, versioned -> http.takeOver(versioned, "tcp", head, idle));
  }

  private HttpStream stream(
      String what, Request request, Deadline head, Exchange<HttpStream> exchange) {
    return attempt(
        what,
        () -> {
          HttpStream stream = exchange.run(versioned(request, head));
          if (stream.status() >= 300) {
            try (stream) {
              requireSuccess(what, request, stream.status(), stream.readAll(ERRORS));
            }
          }
          return stream;
        });
  }

  String engine() {
    return engine;
  }

  /// The engine's clock, to the second below, from the header of a ping. The epoch when it does not
  /// say.
  Instant clock(Deadline deadline) {
    Response ping = unversioned("ping", Request.get(new Target("/_ping")), deadline);
    String date = ping.headers().find("Date").orElse("");
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException _) {
      return Instant.EPOCH;
    }
  }

  ApiVersion version(Deadline deadline) {
    return attempt("negotiate the API version", () -> negotiated(deadline));
  }

  /// The failure as one of the three kinds of [DockerException].
  DockerException failure(String what, IOException e) {
    if (e instanceof CutException) {
      return new DockerCutException(what);
    }
    if (pinned.isEmpty()) {
      version = null;
    }
    return new DockerUnreachableException(what, engine, e);
  }

  private interface Attempt<T> {
    T run() throws IOException;
  }

  private <T> T attempt(String what, Attempt<T> attempt) {
    try {
      return attempt.run();
    } catch (IOException e) {
      throw failure(what, e);
    }
  }

  private Request versioned(Request request, Deadline deadline) throws IOException {
    Target target = request.target().below("/v" + negotiated(deadline));
    return new Request(request.method(), target, request.headers(), request.body());
  }

  private ApiVersion negotiated(Deadline deadline) throws IOException {
    ApiVersion known = version;
    if (known != null) {
      return known;
    }
    Request ping = Request.get(new Target("/_ping"));
    Response response = http.call(ping, deadline);
    requireSuccess("ping", ping, response.status(), response.body());
    ApiVersion theirs = versionIn(response);
    if (!theirs.isAtLeast(ApiVersion.OLDEST)) {
      throw new ProtocolException(
          "it speaks API "
              + theirs
              + ", and "
              + ApiVersion.OLDEST
              + " is the oldest that serves; install Docker Engine 19.03 or later");
    }
    boolean isPodman = response.headers().find("Libpod-Api-Version").isPresent();
    ApiVersion newest = isPodman ? ApiVersion.PODMAN : ApiVersion.NEWEST;
    ApiVersion chosen = theirs.isAtLeast(newest) ? newest : theirs;
    version = chosen;
    return chosen;
  }

  static ApiVersion versionIn(Response ping) throws ProtocolException {
    String header =
        ping.headers()
            .find("Api-Version")
            .orElseThrow(
                () -> new ProtocolException("it names no Api-Version; is it a Docker Engine?"));
    try {
      return ApiVersion.parse(header);
    } catch (IllegalArgumentException _) {
      throw new ProtocolException("it answers with Api-Version \"" + header + "\"");
    }
  }

  /// 304 is a success: what was asked for was so already.
  private void requireSuccess(String what, Request request, int status, byte[] body)
      throws ProtocolException {
    if (status >= 200 && status < 300 || status == 304 || status == 101) {
      return;
    }
    String advice = status == FORBIDDEN ? NeededCalls.advice(request) : "";
    throw new DockerRefusedException(what, engine, status, reason(status, body) + advice);
  }

  private static String reason(int status, byte[] body) {
    try {
      String message = Messages.read(ERROR, body).message().strip();
      return message.isEmpty() ? "status " + status + " without a reason" : message;
    } catch (ProtocolException e) {
      // As from a proxy in between: its page is no news.
      return status == FORBIDDEN
          ? "forbidden"
          : "status " + status + " with a body that is " + e.getMessage();
    }
  }
}
