package ofelia.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import ofelia.ledger.OutputSpool;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;

/// Output of a living attempt, written through at once: to the page cache, which outlives the
/// process.
final class TapeSpool implements OutputSpool {

  private final RunId run;
  private final int attempt;
  private final long limitBytes;
  private final Tape tape;

  @GuardedBy("this")
  private long keptBytes;

  @GuardedBy("this")
  private long droppedBytes;

  /// How many bytes the frames take.
  @GuardedBy("this")
  private long size;

  @GuardedBy("this")
  private long rewinds;

  @GuardedBy("this")
  private boolean isCut;

  @GuardedBy("this")
  private boolean isClosed;

  private TapeSpool(RunId run, int attempt, long limitBytes, Tape tape) {
    this.run = run;
    this.attempt = attempt;
    this.limitBytes = limitBytes;
    this.tape = tape;
  }

  /// Goes on where the tape ends; a frame that was being written when the daemon died is cut off.
  static TapeSpool open(RunId run, int attempt, long limitBytes, Tape tape) throws IOException {
    TapeSpool spool = new TapeSpool(run, attempt, limitBytes, tape);
    if (tape.size() > 0) {
      spool.goOn();
    }
    return spool;
  }

  private synchronized void goOn() throws IOException {
    long sound;
    try (FrameReader frames = new FrameReader(tape.read(), 0)) {
      while (frames.next()) {
        switch (frames.type()) {
          case Frame.REWOUND -> rewinds = frames.millis();
          case Frame.CUT -> isCut = true;
          case Frame.MARK -> {}
          default -> keptBytes += frames.length();
        }
      }
      sound = frames.position();
    }
    size = sound;
    if (sound < tape.size()) {
      tape.cut(sound);
    }
  }

  RunId run() {
    return run;
  }

  int attempt() {
    return attempt;
  }

  @Override
  public synchronized void write(
      OutputChannel channel, long atMillis, byte[] bytes, int offset, int length) {
    if (isClosed) {
      return;
    }
    int kept = isCut ? 0 : Math.clamp(limitBytes - keptBytes, 0, length);
    for (int from = 0; from < kept; from += Frame.MAX_BYTES) {
      int part = Math.min(kept - from, Frame.MAX_BYTES);
      append(Frame.pack(Frame.of(channel), atMillis, bytes, offset + from, part));
      keptBytes += part;
    }
    if (kept < length) {
      if (!isCut) {
        append(
            note(
                Frame.CUT,
                atMillis,
                "output above the limit of %d bytes is not kept".formatted(limitBytes)));
        isCut = true;
      }
      droppedBytes += length - kept;
    }
  }

  @Override
  public synchronized void mark(long atMillis, String text) {
    if (!isClosed && !text.isEmpty()) {
      append(note(Frame.MARK, atMillis, text));
    }
  }

  private static byte[] note(byte type, long atMillis, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Frame.pack(type, atMillis, bytes, 0, Math.min(bytes.length, Frame.MAX_BYTES));
  }

  @GuardedBy("this")
  private void append(byte[] frame) {
    try {
      tape.append(frame);
      size += frame.length;
    } catch (IOException e) {
      cutTornFrame(e);
      throw lost(e);
    }
  }

  /// Readers stop at a torn frame, so nothing may follow one.
  @GuardedBy("this")
  private void cutTornFrame(IOException failure) {
    try {
      if (tape.size() > size) {
        tape.cut(size);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
      isClosed = true;
    }
  }

  private UncheckedIOException lost(IOException e) {
    return new UncheckedIOException(
        "cannot keep output of run %s: %s".formatted(run, e.getMessage()), e);
  }

  @Override
  public synchronized void rewind() {
    if (isClosed) {
      return;
    }
    try {
      if (size > 0) {
        byte[] first = Frame.pack(Frame.REWOUND, rewinds + 1, new byte[0], 0, 0);
        tape.replace(first);
        size = first.length;
        rewinds++;
      }
    } catch (IOException e) {
      throw lost(e);
    }
    keptBytes = 0;
    droppedBytes = 0;
    isCut = false;
  }

  @Override
  public synchronized long offeredBytes() {
    return keptBytes + droppedBytes;
  }

  @Override
  public synchronized long droppedBytes() {
    return droppedBytes;
  }

  synchronized long keptBytes() {
    return keptBytes;
  }

  /// How many bytes the frames take.
  synchronized long size() {
    return size;
  }

  InputStream read() throws IOException {
    return tape.read();
  }

  @Override
  public synchronized byte[] tail(OutputChannel channel, int limit) {
    byte wanted = Frame.of(channel);
    byte[] last = new byte[(int) Math.min(limit, keptBytes)];
    long seen = 0;
    if (last.length == 0) {
      return last;
    }
    try (FrameReader frames = new FrameReader(tape.read(), 0)) {
      while (frames.next()) {
        if (frames.type() == wanted) {
          seen += frames.length();
          push(last, frames.bytes(), frames.offset(), frames.length());
        }
      }
    } catch (IOException e) {
      throw lost(e);
    }
    return seen < last.length
        ? Arrays.copyOfRange(last, (int) (last.length - seen), last.length)
        : last;
  }

  /// Shifts bytes in at the end.
  private static void push(byte[] last, byte[] bytes, int offset, int length) {
    int fresh = Math.min(length, last.length);
    System.arraycopy(last, fresh, last, 0, last.length - fresh);
    System.arraycopy(bytes, offset + length - fresh, last, last.length - fresh, fresh);
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    try {
      tape.close();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /// Forgets everything, once it is kept elsewhere.
  synchronized void delete() throws IOException {
    isClosed = true;
    tape.delete();
  }
}
