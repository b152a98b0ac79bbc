package ofelia.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// A named pipe of Windows.
///
/// Windows opens it like a file, and reads and writes both ways at once where it is opened for
/// *overlapped* operations, as the JDK does for an [AsynchronousFileChannel]; a plain file would
/// hold up a write as long as somebody reads. The positions that such a channel asks for mean
/// nothing to a pipe (Windows API, `ReadFile`).
///
/// @param path as Windows writes it, such as `\\.\pipe\docker_engine`
public record Pipe(String path) implements Transport {

  /// How long to wait for a server that has no free end of the pipe, and makes the next.
  private static final Duration BUSY = Duration.ofMillis(20);

  @Override
  public Connection open(Deadline deadline) throws IOException {
    String what = "connecting to " + this;
    while (true) {
      try {
        return new AsyncConnection(
            new Ends(
                AsynchronousFileChannel.open(
                    Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE)));
      } catch (NoSuchFileException e) {
        throw new IOException("there is no such pipe; is the engine started?", e);
      } catch (AccessDeniedException e) {
        throw new IOException("this user may not use the pipe", e);
      } catch (FileSystemException e) {
        if (deadline.isOver()) {
          DeadlineExceededException late = new DeadlineExceededException(what, deadline.limit());
          late.initCause(e);
          throw late;
        }
      }
      LockSupport.parkNanos(this, BUSY.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        throw new CutException(what + " was interrupted");
      }
    }
  }

  @Override
  public String toString() {
    return "npipe://" + path.replace('\\', '/');
  }

  /// Both ends of the pipe as one stream of bytes each.
  private record Ends(AsynchronousFileChannel file) implements AsynchronousByteChannel {

    @Override
    public <A> void read(
        ByteBuffer buffer, A attachment, CompletionHandler<Integer, ? super A> handler) {
      file.read(buffer, 0, attachment, new UntilBroken<>(handler));
    }

    @Override
    public Future<Integer> read(ByteBuffer buffer) {
      return file.read(buffer, 0);
    }

    @Override
    public <A> void write(
        ByteBuffer buffer, A attachment, CompletionHandler<Integer, ? super A> handler) {
      file.write(buffer, 0, attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer buffer) {
      return file.write(buffer, 0);
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /// Windows calls it an error (`ERROR_BROKEN_PIPE`) when the other side has closed the pipe. An
  /// answer that was cut short shows by its length.
  private record UntilBroken<A>(CompletionHandler<Integer, ? super A> handler)
      implements CompletionHandler<Integer, A> {

    @Override
    public void completed(Integer count, A attachment) {
      handler.completed(count, attachment);
    }

    @Override
    public void failed(Throwable why, A attachment) {
      if (why instanceof AsynchronousCloseException) {
        handler.failed(why, attachment);
      } else {
        handler.completed(-1, attachment);
      }
    }
  }
}
