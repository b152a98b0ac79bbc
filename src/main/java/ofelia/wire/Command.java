package ofelia.wire;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program whose standard input and output are the connection, as in `ssh HOST docker system
/// dial-stdio`. Each connection is a process of its own, which ends with it.
///
/// What the program prints to standard error says why it ended, where nothing else came.
///
/// @param name what the connection is called in messages
/// @param words the program and its arguments
public record Command(String name, List<String> words) implements Transport {

  /// How much of its complaint is kept.
  private static final int MOST_COMPLAINT = 4 * 1024;

  private static final int SHOWN_COMPLAINT = 300;

  public Command {
    words = List.copyOf(words);
  }

  /// Returns as soon as the program has been started; whether it gets through is known by the first
  /// answer.
  @Override
  public Connection open(Deadline deadline) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.redirectError(ProcessBuilder.Redirect.PIPE);
    try {
      return new Child(builder.start());
    } catch (IOException e) {
      throw new IOException(
          "cannot start \"" + words.getFirst() + "\": is it installed and on the PATH?", e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /// The program's output comes through a pipe of the JDK's own: reads from a process can be
  /// neither interrupted nor closed under a reader.
  private static final class Child implements Connection {

    private final Process process;
    private final Pipe.SourceChannel source;
    private final InputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream complaint = new ByteArrayOutputStream();
    private final Thread listener;
    private volatile boolean isClosed;

    Child(Process process) throws IOException {
      this.process = process;
      Pipe pipe = Pipe.open();
      this.source = pipe.source();
      this.in = new Output(Channels.newInputStream(source));
      this.out = new Input(process.getOutputStream());
      Thread.ofPlatform().daemon().name("wire-command").start(() -> pass(pipe.sink()));
      this.listener = Thread.ofPlatform().daemon().name("wire-complaints").start(this::listen);
    }

    private void pass(Pipe.SinkChannel sink) {
      byte[] buffer = new byte[8 * 1024];
      try (sink;
          InputStream output = process.getInputStream()) {
        for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
          ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
          while (bytes.hasRemaining()) {
            sink.write(bytes);
          }
        }
      } catch (IOException _) {
        // Nobody reads any more: the connection has been closed.
        process.destroyForcibly();
      }
    }

    /// Reads on when enough is kept, for a program whose pipe is full stands still.
    private void listen() {
      byte[] buffer = new byte[512];
      try (InputStream errors = process.getErrorStream()) {
        for (int count = errors.read(buffer); count >= 0; count = errors.read(buffer)) {
          synchronized (complaint) {
            int room = Math.min(count, MOST_COMPLAINT - complaint.size());
            complaint.write(buffer, 0, room);
          }
        }
      } catch (IOException _) {
        // The process was ended, and what it had to say is of no use any more.
        return;
      }
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
      process.destroyForcibly();
      source.close();
    }

    /// Why the program ended before it had delivered anything.
    private IOException reason() {
      try {
        boolean isOver = process.waitFor(1, TimeUnit.SECONDS);
        listener.join(1_000);
        String said;
        synchronized (complaint) {
          said = complaint.toString(StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
        }
        String shown = said.substring(0, Math.min(said.length(), SHOWN_COMPLAINT));
        return new IOException(
            (isOver ? "it ended with code " + process.exitValue() : "it ended")
                + (shown.isEmpty() ? " and said nothing" : ": " + shown));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return new CutException("asking why the connection ended was interrupted");
      }
    }

    private final class Input extends FilterOutputStream {

      Input(OutputStream out) {
        super(out);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
          out.write(bytes, offset, length);
          out.flush();
        } catch (IOException e) {
          throw isClosed ? e : reason();
        }
      }
    }

    private final class Output extends FilterInputStream {

      private boolean hasDelivered;

      Output(InputStream in) {
        super(in);
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (count > 0) {
          hasDelivered = true;
        } else if (count < 0 && !hasDelivered && !isClosed) {
          throw reason();
        }
        return count;
      }
    }
  }
}
