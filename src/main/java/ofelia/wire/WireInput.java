package ofelia.wire;

import java.io.IOException;
import java.io.InputStream;

/// A small buffer in front of a connection: heads are read from it byte by byte, large bodies pass
/// it by. A read gives what is there and never waits for more than one byte.
final class WireInput extends InputStream {

  private final InputStream source;
  private final byte[] buffer = new byte[4096];
  private int position;
  private int end;

  WireInput(InputStream source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    if (position == end && !fill()) {
      return -1;
    }
    return buffer[position++] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == end) {
      if (length >= buffer.length) {
        return source.read(bytes, offset, length);
      }
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, end - position);
    System.arraycopy(buffer, position, bytes, offset, count);
    position += count;
    return count;
  }

  private boolean fill() throws IOException {
    int count = source.read(buffer, 0, buffer.length);
    position = 0;
    end = Math.max(count, 0);
    return count > 0;
  }
}
