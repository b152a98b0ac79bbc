package ofelia.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.CompletionHandler;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// A connection over a channel whose reads and writes are begun here and completed by the system.
/// Whoever reads or writes waits for the completion, and no longer than until the close.
///
/// The system goes on with what was begun for a moment after the close, so it is given buffers that
/// nobody else has.
final class AsyncConnection implements Connection {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final AsynchronousByteChannel channel;
  private final Set<Operation> pending = ConcurrentHashMap.newKeySet();
  private final InputStream in = new Input();
  private final OutputStream out = new Output();
  private volatile boolean isClosed;

  AsyncConnection(AsynchronousByteChannel channel) {
    this.channel = channel;
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    pending.forEach(one -> one.failed(new AsynchronousCloseException(), one));
    channel.close();
  }

  /// A read or a write that was begun.
  private static final class Operation implements CompletionHandler<Integer, Operation> {

    private final CompletableFuture<Integer> done = new CompletableFuture<>();

    @Override
    public void completed(Integer count, Operation self) {
      done.complete(count);
    }

    @Override
    public void failed(Throwable why, Operation self) {
      done.completeExceptionally(why);
    }
  }

  /// Begins a read or a write and waits for its end.
  ///
  /// @return how many bytes; -1 at the end of the stream
  private int await(Consumer<Operation> begin) throws IOException {
    Operation operation = new Operation();
    pending.add(operation);
    try {
      // Looked at when the close would find it among those that are pending.
      if (isClosed) {
        throw new AsynchronousCloseException();
      }
      begin.accept(operation);
      return operation.done.get();
    } catch (InterruptedException _) {
      close();
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } finally {
      pending.remove(operation);
    }
  }

  private final class Input extends InputStream {

    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private boolean isOver;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      if (!buffer.hasRemaining()) {
        if (isOver) {
          return -1;
        }
        buffer.clear();
        int count = await(operation -> channel.read(buffer, operation, operation));
        buffer.flip();
        // Nothing at all is how the server of a pipe says that it writes no more.
        isOver = count <= 0;
        if (isOver) {
          return -1;
        }
      }
      int count = Math.min(length, buffer.remaining());
      buffer.get(bytes, offset, count);
      return count;
    }
  }

  private final class Output extends OutputStream {

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      ByteBuffer left = ByteBuffer.wrap(Arrays.copyOfRange(bytes, offset, offset + length));
      while (left.hasRemaining()) {
        int _ = await(operation -> channel.write(left, operation, operation));
      }
    }
  }
}
