package ofelia.fake;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ofelia.ledger.OutputSpool;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;

/// Output in a list of pieces.
final class MemorySpool implements OutputSpool {

  static final class Piece {
    /// Empty for a mark.
    final Optional<OutputChannel> channel;

    final long atMillis;
    final byte[] bytes;

    Piece(Optional<OutputChannel> channel, long atMillis, byte[] bytes) {
      this.channel = channel;
      this.atMillis = atMillis;
      this.bytes = bytes;
    }
  }

  /// What survives the process.
  static final class Text {
    List<Piece> pieces = new ArrayList<>();
    long keptBytes;
    boolean isCut;
    int rewinds;
  }

  final RunId run;
  final int attempt;
  final Text text;
  private final long limitBytes;
  private final Runnable requireAlive;
  private long droppedBytes;
  private boolean isClosed;

  MemorySpool(RunId run, int attempt, long limitBytes, Text text, Runnable requireAlive) {
    this.run = run;
    this.attempt = attempt;
    this.limitBytes = limitBytes;
    this.text = text;
    this.requireAlive = requireAlive;
  }

  @Override
  public synchronized void write(
      OutputChannel channel, long atMillis, byte[] bytes, int offset, int length) {
    requireAlive.run();
    if (isClosed || length == 0) {
      return;
    }
    int kept = text.isCut ? 0 : Math.clamp(limitBytes - text.keptBytes, 0, length);
    if (kept > 0) {
      text.pieces.add(
          new Piece(
              Optional.of(channel), atMillis, Arrays.copyOfRange(bytes, offset, offset + kept)));
      text.keptBytes += kept;
    }
    if (kept < length) {
      if (!text.isCut) {
        add(atMillis, "output above the limit of " + limitBytes + " bytes is not kept");
        text.isCut = true;
      }
      droppedBytes += length - kept;
    }
  }

  private void add(long atMillis, String mark) {
    text.pieces.add(new Piece(Optional.empty(), atMillis, mark.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public synchronized void rewind() {
    requireAlive.run();
    if (isClosed) {
      return;
    }
    text.pieces = new ArrayList<>();
    text.keptBytes = 0;
    text.isCut = false;
    text.rewinds++;
    droppedBytes = 0;
  }

  @Override
  public synchronized void mark(long atMillis, String note) {
    requireAlive.run();
    if (!isClosed && !note.isEmpty()) {
      add(atMillis, note);
    }
  }

  @Override
  public synchronized long offeredBytes() {
    return text.keptBytes + droppedBytes;
  }

  @Override
  public synchronized long droppedBytes() {
    return droppedBytes;
  }

  @Override
  public synchronized byte[] tail(OutputChannel channel, int limit) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Piece piece : text.pieces) {
      if (piece.channel.equals(Optional.of(channel))) {
        all.writeBytes(piece.bytes);
      }
    }
    byte[] bytes = all.toByteArray();
    return Arrays.copyOfRange(bytes, Math.max(0, bytes.length - limit), bytes.length);
  }

  @Override
  public synchronized void close() {
    isClosed = true;
  }
}
