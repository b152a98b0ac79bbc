package ofelia.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/// Calls one other side over HTTP/1.1. Safe for any number of threads; each call has a connection
/// of its own.
///
/// ## Why connections are not kept
///
/// Opening one to a Unix socket costs a few hundredths of a millisecond, less than the cheapest
/// call to an engine. What it buys: a call can be cut or time out by closing its connection and
/// never disturbs another; no idle connection dies unnoticed when the engine restarts, so a failure
/// to connect always means that the request was not seen; and an idle program holds no sockets.
///
/// ## Which errors
///
/// All are `IOException`s: [ConnectFailedException] (the request was not sent),
/// [DeadlineExceededException], [CutException] (closed or interrupted by this side),
/// [ProtocolException] (nonsense, or too much of it), and others when the connection broke. A
/// status such as 500 is an answer, not an error.
public final class HttpClient {

  /// How many provisional answers (RFC 9110, section 15.2) are skipped before the real one.
  private static final int MOST_PROVISIONAL = 8;

  private final Transport transport;
  private final String host;
  private final Limits limits;

  /// @param host the value of the `Host` header
  public HttpClient(Transport transport, String host, Limits limits) {
    this.transport = transport;
    this.host = host;
    this.limits = limits;
  }

  /// Sends the request and reads the whole answer, all within the deadline.
  public Response call(Request request, Deadline deadline) throws IOException {
    try (HttpStream stream = exchange(request, deadline)) {
      return new Response(stream.status(), stream.headers(), stream.readAll(limits));
    }
  }

  /// Sends the request and reads the head of the answer; the body may then be read until the same
  /// deadline.
  public HttpStream exchange(Request request, Deadline whole) throws IOException {
    return exchange(request, "close", whole);
  }

  /// Sends the request and reads the head of the answer by the deadline; from then on only silence
  /// is limited. An answer with an error status stays under the deadline.
  public HttpStream stream(Request request, Deadline head, Idle idle) throws IOException {
    return relaxed(exchange(request, "close", head), idle);
  }

  /// Sends a request that asks to take the connection over for bytes of the callers' own, as the
  /// engine's attach calls do. It is taken over when the status is 101, or 200 without a length;
  /// with any other status the body explains why not, and stays under the deadline.
  public HttpStream takeOver(Request request, String protocol, Deadline head, Idle idle)
      throws IOException {
    return relaxed(exchange(request.with("Upgrade", protocol), "Upgrade", head), idle);
  }

  private static HttpStream relaxed(HttpStream stream, Idle idle) {
    if (stream.status() < 300) {
      stream.limit(idle);
    }
    return stream;
  }

  private HttpStream exchange(Request request, String connectionHeader, Deadline deadline)
      throws IOException {
    GuardedConnection connection =
        GuardedConnection.open(transport, request + " on " + transport, deadline);
    boolean done = false;
    try {
      HttpStream stream = sendAndReceive(request, connectionHeader, connection);
      done = true;
      return stream;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  private HttpStream sendAndReceive(
      Request request, String connectionHeader, GuardedConnection connection) throws IOException {
    try {
      send(request, connectionHeader, connection);
    } catch (DeadlineExceededException | CutException e) {
      throw e;
    } catch (IOException e) {
      // A server that has heard enough answers and hangs up while we still send; its answer says
      // why.
      return answerDespite(e, request, connection);
    }
    return receive(request.method(), connection);
  }

  private HttpStream answerDespite(
      IOException sending, Request request, GuardedConnection connection) throws IOException {
    try {
      return receive(request.method(), connection);
    } catch (IOException e) {
      sending.addSuppressed(e);
      throw sending;
    }
  }

  private void send(Request request, String connectionHeader, GuardedConnection connection)
      throws IOException {
    Headers headers = request.headers().with("Host", host).with("Connection", connectionHeader);
    boolean bare = request.body() instanceof Body.None && request.method().equals("GET");
    byte[] head =
        Heads.write(
            request.method().toUpperCase(Locale.ROOT) + " " + request.target() + " HTTP/1.1",
            bare ? headers : Bodies.framing(request.body(), headers));
    if (request.body() instanceof Body.Bytes(byte[] bytes)) {
      // One write for both: most calls to an engine then are a single packet.
      ByteArrayOutputStream message = new ByteArrayOutputStream(head.length + bytes.length);
      message.writeBytes(head);
      message.writeBytes(bytes);
      connection.out().write(message.toByteArray());
    } else {
      connection.out().write(head);
      Bodies.write(request.body(), connection.out());
    }
  }

  private HttpStream receive(String method, GuardedConnection connection) throws IOException {
    WireInput in = new WireInput(connection.in());
    for (int i = 0; i <= MOST_PROVISIONAL; i++) {
      Heads head = new Heads(in, limits);
      int status = head.readStatusLine().status();
      Headers headers = head.readHeaders();
      if (status == 101) {
        return new HttpStream(connection, status, headers, in);
      }
      if (status >= 200) {
        InputStream body = Bodies.ofResponse(in, method, status, headers, limits);
        return new HttpStream(connection, status, headers, body);
      }
    }
    throw new ProtocolException("more than " + MOST_PROVISIONAL + " provisional answers");
  }
}
