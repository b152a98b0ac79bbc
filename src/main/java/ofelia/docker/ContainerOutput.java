package ofelia.docker;

import java.io.IOException;
import java.io.InputStream;
import ofelia.model.OutputChannel;
import ofelia.wire.CutException;
import ofelia.wire.HttpStream;

/// What a container or an exec prints, as a stream that ends when the engine ends it, or when it is
/// cut.
///
/// The engine keeps the stream of an exec open as long as any process holds the pipe, also long
/// after the exec itself has ended. So the stream's end says nothing about the process, nor the
/// other way round: whoever learns that the process has ended (from [EventHub] or [Execs#inspect])
/// calls [#close] from a thread of its own.
public final class ContainerOutput implements AutoCloseable {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final Calls calls;
  private final String what;
  private final HttpStream stream;
  private final boolean tty;

  ContainerOutput(Calls calls, String what, HttpStream stream, boolean tty) {
    this.calls = calls;
    this.what = what;
    this.stream = stream;
    this.tty = tty;
  }

  /// Why [#copyTo] came to an end.
  public enum End {
    /// The engine closed the stream after a whole frame.
    COMPLETE,
    /// [#close] was called, or the reading thread was interrupted (its flag is still set).
    CUT
  }

  /// Hands everything to the sink, in the calling thread, until the stream ends. To be called once.
  ///
  /// @throws DockerUnreachableException when the connection broke, the engine sent garbage or
  ///   reported an error of its own; what came before has been handed on
  public End copyTo(OutputSink sink) {
    byte[] buffer = new byte[BUFFER_BYTES];
    FrameDecoder frames = new FrameDecoder(sink);
    try {
      InputStream in = stream.body();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (tty) {
          sink.accept(OutputChannel.STDOUT, buffer, 0, count);
        } else {
          frames.accept(buffer, 0, count);
        }
      }
      frames.end();
      return End.COMPLETE;
    } catch (CutException _) {
      return End.CUT;
    } catch (IOException e) {
      throw calls.failure(what, e);
    }
  }

  /// Cuts the stream, from any thread. What the process prints from now on is lost; the process
  /// itself is not touched.
  @Override
  public void close() {
    stream.close();
  }
}
