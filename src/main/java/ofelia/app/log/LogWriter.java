package ofelia.app.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Takes what is said from any thread, and shapes and writes it on one of its own, so that neither
/// a reader of standard output who stands still nor a thousand lines at once hold up the scheduler.
///
/// ## How it works
///
/// Callers add to a list under a lock; the thread takes the whole list and writes it in large
/// pieces, so that a burst of a thousand lines costs a few writes. The list is bounded. While the
/// thread makes progress, a caller who finds it full waits for room; once nothing was written for
/// [#PATIENCE], entries are dropped and counted, and the count is logged as soon as writing goes
/// on.
///
/// A sink that fails is left out for the rest of the run in the case of standard output (its reader
/// is gone for good), and tried again with each piece in the case of the file.
final class LogWriter implements AutoCloseable {

  /// Longest wait for a writer that stands still.
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /// How many characters may wait, about.
  private static final int MOST_WAITING = 4 << 20;

  /// What an entry takes beside its message, in the same measure.
  private static final int ENTRY_SIZE = 200;

  /// Lines are handed to the system in pieces of about this size.
  private static final int PIECE_BYTES = 64 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private final FileSink file;
  private final Function<LogEntry, byte[]> shape;
  private final Function<String, LogEntry> warning;
  private final Thread thread;

  // Guarded by the lock.
  private List<LogEntry> waiting = new ArrayList<>();
  private int waitingSize;
  private long dropped;
  private boolean stalled;
  private boolean writing;
  private boolean closed;

  // Owned by the writer's thread.
  private @Nullable OutputStream stdout;

  private LogWriter(
      OutputStream stdout,
      FileSink file,
      Function<LogEntry, byte[]> shape,
      Function<String, LogEntry> warning) {
    this.stdout = stdout;
    this.file = file;
    this.shape = shape;
    this.warning = warning;
    this.thread = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::writeUntilClosed);
  }

  /// @param stdout unbuffered; not closed by this
  /// @param shape makes the line of an entry
  /// @param warning makes an entry of the writer's own troubles
  /// @throws IOException when the file cannot be opened
  static LogWriter start(
      OutputStream stdout,
      LogOptions options,
      Function<LogEntry, byte[]> shape,
      Function<String, LogEntry> warning)
      throws IOException {
    FileSink file = new FileSink(options);
    file.open();
    LogWriter writer = new LogWriter(stdout, file, shape, warning);
    writer.thread.start();
    return writer;
  }

  /// Takes an entry; safe for any thread. Waits while the buffer is full and the writer goes on.
  void accept(LogEntry entry) {
    int size = ENTRY_SIZE + entry.message().length();
    lock.lock();
    try {
      if (closed || !hasRoomFor(size)) {
        dropped++;
        return;
      }
      waiting.add(entry);
      waitingSize += size;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoomFor(int size) {
    long patience = PATIENCE.toNanos();
    boolean interrupted = false;
    try {
      while (waitingSize + size > MOST_WAITING && waitingSize > 0) {
        if (stalled || closed) {
          return false;
        }
        try {
          patience = drained.awaitNanos(patience);
        } catch (InterruptedException _) {
          // Whoever is told to leave still says its last words, and leaves afterwards.
          interrupted = true;
        }
        if (patience <= 0) {
          stalled = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void writeUntilClosed() {
    while (true) {
      List<LogEntry> batch;
      long lost;
      lock.lock();
      try {
        while (waiting.isEmpty() && !closed) {
          filled.awaitUninterruptibly();
        }
        if (waiting.isEmpty()) {
          return;
        }
        batch = waiting;
        waiting = new ArrayList<>();
        waitingSize = 0;
        writing = true;
        lost = dropped;
        dropped = 0;
      } finally {
        lock.unlock();
      }
      write(batch);
      if (lost > 0) {
        write(List.of(warning.apply(lost + " lines of the log were dropped")));
      }
      lock.lock();
      try {
        writing = false;
        stalled = false;
        drained.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void write(List<LogEntry> batch) {
    Lines piece = new Lines();
    for (LogEntry entry : batch) {
      piece.writeBytes(lineOf(entry));
      if (piece.size() >= PIECE_BYTES) {
        write(piece);
        piece.reset();
      }
    }
    write(piece);
  }

  /// What an exception says of itself may fail as well, which must not end the log.
  private byte[] lineOf(LogEntry entry) {
    try {
      return shape.apply(entry);
    } catch (RuntimeException e) {
      return shape.apply(warning.apply("a line of the log cannot be written: " + e.getClass()));
    }
  }

  private void write(Lines piece) {
    Optional<String> trouble = file.write(piece);
    writeToStdout(piece);
    if (trouble.isPresent()) {
      Lines notice = new Lines();
      notice.writeBytes(shape.apply(warning.apply(trouble.get())));
      writeToStdout(notice);
    }
  }

  private void writeToStdout(Lines piece) {
    if (stdout != null) {
      try {
        stdout.write(piece.bytes(), 0, piece.size());
        stdout.flush();
      } catch (IOException _) {
        // Its reader has gone (EPIPE), and there is nobody left to tell: the file goes on.
        stdout = null;
      }
    }
  }

  /// Waits until all that was taken so far is written.
  ///
  /// @return false when that was not the case after `atMost`
  boolean flush(Duration atMost) {
    lock.lock();
    try {
      long patience = atMost.toNanos();
      while (!waiting.isEmpty() || writing) {
        if (patience <= 0) {
          return false;
        }
        try {
          patience = drained.awaitNanos(patience);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Writes what is left, for at most [#PATIENCE], and ends the thread. Later lines are dropped.
  @Override
  public void close() {
    boolean flushed = flush(PATIENCE);
    lock.lock();
    try {
      closed = true;
      filled.signal();
      drained.signalAll();
    } finally {
      lock.unlock();
    }
    if (flushed) {
      boolean interrupted = Thread.interrupted();
      try {
        thread.join(PATIENCE);
      } catch (InterruptedException _) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      file.close();
    }
  }

  /// Bytes of whole lines, readable without a copy.
  private static final class Lines extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }
  }

  /// The file beside standard output, if there is one. Owned by the writer's thread once it runs.
  private static final class FileSink {
    private final Optional<Path> path;
    private final LogOptions options;
    private @Nullable RotatingFile file;
    private boolean failing;

    FileSink(LogOptions options) {
      this.path = options.file();
      this.options = options;
    }

    void open() throws IOException {
      if (path.isPresent()) {
        file = RotatingFile.open(path.get(), options.fileBytes(), options.files());
      }
    }

    /// @return what went wrong, once for each row of failures
    Optional<String> write(Lines piece) {
      if (path.isEmpty()) {
        return Optional.empty();
      }
      try {
        if (file == null) {
          open();
        }
        if (file != null) {
          file.write(piece.bytes(), 0, piece.size());
        }
        failing = false;
        return Optional.empty();
      } catch (IOException e) {
        close();
        boolean isNew = !failing;
        failing = true;
        return isNew
            ? Optional.of("cannot write the log to \"" + path.get() + "\": " + e.getMessage())
            : Optional.empty();
      }
    }

    void close() {
      RotatingFile open = file;
      file = null;
      if (open != null) {
        try {
          open.close();
        } catch (IOException _) {
          // Every line was handed to the system already, closing adds nothing to it.
        }
      }
    }
  }
}
