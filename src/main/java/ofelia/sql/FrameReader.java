package ofelia.sql;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Takes frames from a stream one by one. Memory does not depend on the stream's length.
///
/// A stream may end anywhere: in a spool that is being written, or was when the machine stopped.
/// What is no complete frame counts as not there.
final class FrameReader implements AutoCloseable {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final InputStream in;
  private byte[] buffer = new byte[8 * 1024];
  private int from;
  private int until;
  private long position;
  private int length;

  /// @param position where in all frames the stream stands: the beginning of a frame
  FrameReader(InputStream in, long position) {
    this.in = in;
    this.position = position;
  }

  /// Goes on to the next frame.
  ///
  /// @return false when there is none, or none that is complete
  boolean next() throws IOException {
    from += length;
    length = 0;
    if (!fill(Frame.HEADER)) {
      return false;
    }
    byte type = buffer[from];
    int announced = (int) INT.get(buffer, from + 1 + Long.BYTES);
    boolean isSound =
        type >= 0
            && type <= Frame.REWOUND
            && announced >= 0
            && announced <= Frame.MAX_BYTES
            // What a power cut leaves at the end of a file are zeros.
            && (announced > 0 || type == Frame.REWOUND);
    if (!isSound || !fill(Frame.HEADER + announced)) {
      return false;
    }
    length = Frame.HEADER + announced;
    position += length;
    return true;
  }

  byte type() {
    return buffer[from];
  }

  long millis() {
    return (long) LONG.get(buffer, from + 1);
  }

  /// Holds the frame's bytes until [#next], from [#offset], [#length] of them.
  byte[] bytes() {
    return buffer;
  }

  int offset() {
    return from + Frame.HEADER;
  }

  int length() {
    return length - Frame.HEADER;
  }

  /// Where the frames taken so far end.
  long position() {
    return position;
  }

  private boolean fill(int wanted) throws IOException {
    if (until - from >= wanted) {
      return true;
    }
    if (from + wanted > buffer.length) {
      byte[] roomy = wanted > buffer.length ? new byte[Frame.HEADER + Frame.MAX_BYTES] : buffer;
      System.arraycopy(buffer, from, roomy, 0, until - from);
      until -= from;
      from = 0;
      buffer = roomy;
    }
    while (until - from < wanted) {
      int read = in.read(buffer, until, buffer.length - until);
      if (read < 0) {
        return false;
      }
      until += read;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    buffer = Arrays.copyOf(buffer, 0);
    in.close();
  }
}
