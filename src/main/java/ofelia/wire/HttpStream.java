package ofelia.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// An answer whose body is read as it comes, or a connection that both sides now use for bytes of
/// their own.
///
/// One thread reads [#body]. [#close] may be called from any thread at any time: the reader then
/// gets a [CutException], not an end of stream, so that something cut is never taken for something
/// complete.
public final class HttpStream implements AutoCloseable {

  private final GuardedConnection connection;
  private final int status;
  private final Headers headers;
  private final InputStream body;

  HttpStream(GuardedConnection connection, int status, Headers headers, InputStream body) {
    this.connection = connection;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public int status() {
    return status;
  }

  public Headers headers() {
    return headers;
  }

  /// What comes from the other side. Its reads throw [DeadlineExceededException], [CutException]
  /// and [ProtocolException], or another `IOException` when the connection broke.
  public InputStream body() {
    return body;
  }

  /// The way to the other side, once the connection has been taken over by [HttpClient#takeOver].
  public OutputStream output() {
    return connection.out();
  }

  /// From now on only silence is limited.
  void limit(Idle idle) {
    connection.limit(idle);
  }

  /// Reads the rest, which must be no more than the limits allow.
  public byte[] readAll(Limits limits) throws IOException {
    return Bodies.readAll(body, limits);
  }

  @Override
  public void close() {
    connection.cut();
  }
}
