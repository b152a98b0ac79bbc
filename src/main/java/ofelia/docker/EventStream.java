package ofelia.docker;

import java.io.IOException;
import java.util.Optional;
import ofelia.wire.HttpStream;

/// One subscription to the engine's events, as long as its connection lasts. [EventHub] is the one
/// that reconnects.
public final class EventStream implements AutoCloseable {

  private final Calls calls;
  private final HttpStream stream;
  private final JsonLines<Event> lines;

  EventStream(Calls calls, HttpStream stream, JsonLines<Event> lines) {
    this.calls = calls;
    this.stream = stream;
    this.lines = lines;
  }

  /// Blocks until something happens; empty when the engine ended the stream, which it also does
  /// when it shuts down.
  ///
  /// @throws DockerCutException when [#close] was called or the thread interrupted
  /// @throws DockerUnreachableException when the connection broke or the stream held nonsense
  public Optional<Event> next() {
    try {
      return lines.next();
    } catch (IOException e) {
      throw calls.failure("read events", e);
    }
  }

  /// Ends the subscription, from any thread.
  @Override
  public void close() {
    stream.close();
  }
}
