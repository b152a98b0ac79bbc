package ofelia.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The other side as a script: says its pieces, one a read, and closes. Keeps what was sent to it.
public final class ScriptedTransport implements Transport {

  private final List<byte[]> pieces;
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final AtomicInteger closed = new AtomicInteger();

  private ScriptedTransport(List<byte[]> pieces) {
    this.pieces = pieces;
  }

  /// Says the text, in ISO 8859-1, in one piece.
  public static ScriptedTransport saying(String text) {
    return new ScriptedTransport(List.of(bytes(text)));
  }

  /// Says the text in two pieces, the first `at` bytes long.
  static ScriptedTransport splitAt(int at, String text) {
    return new ScriptedTransport(List.of(bytes(text.substring(0, at)), bytes(text.substring(at))));
  }

  static ScriptedTransport byteByByte(String text) {
    return new ScriptedTransport(text.chars().mapToObj(c -> new byte[] {(byte) c}).toList());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// What this side has sent on all connections.
  public String sent() {
    return sent.toString(StandardCharsets.ISO_8859_1);
  }

  int closedConnections() {
    return closed.get();
  }

  @Override
  public Connection open(Deadline deadline) {
    return new Connection() {
      private int piece;
      private int position;

      @Override
      public InputStream in() {
        return new InputStream() {
          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            while (piece < pieces.size() && position == pieces.get(piece).length) {
              piece++;
              position = 0;
            }
            if (piece == pieces.size()) {
              return -1;
            }
            int count = Math.min(length, pieces.get(piece).length - position);
            System.arraycopy(pieces.get(piece), position, bytes, offset, count);
            position += count;
            return count;
          }
        };
      }

      @Override
      public OutputStream out() {
        return sent;
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    };
  }

  @Override
  public String toString() {
    return "script://engine";
  }
}
