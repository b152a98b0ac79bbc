package ofelia.sql;

import java.nio.ByteBuffer;
import ofelia.model.OutputChannel;

/// How output is kept, in the spool as in the store: a row of frames, each one byte for what it is,
/// eight for when, four for its length, then the bytes.
final class Frame {

  static final byte STDOUT = 0;
  static final byte STDERR = 1;

  /// A note for the reader.
  static final byte MARK = 2;

  /// A note that the limit was reached; nothing of the process follows.
  static final byte CUT = 3;

  /// Stands first, and only in a spool that was rewound: the time is how often. A reader that stood
  /// in the text before begins anew.
  static final byte REWOUND = 4;

  static final int HEADER = 1 + Long.BYTES + Integer.BYTES;

  /// The most bytes in one frame; more are cut into several.
  static final int MAX_BYTES = 64 * 1024;

  private Frame() {}

  static byte of(OutputChannel channel) {
    return switch (channel) {
      case STDOUT -> STDOUT;
      case STDERR -> STDERR;
    };
  }

  static byte[] pack(byte type, long millis, byte[] bytes, int offset, int length) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER + length);
    frame.put(type).putLong(millis).putInt(length).put(bytes, offset, length);
    return frame.array();
  }

  /// When, of a frame or its beginning.
  static long millis(byte[] frame) {
    return ByteBuffer.wrap(frame).getLong(1);
  }
}
