package ofelia.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import ofelia.model.OutputChannel;
import ofelia.wire.ProtocolException;

/// Takes apart the stream in which the engine sends both outputs of a process without terminal:
/// frames of a header of eight bytes (which output, three zeros, the length as an unsigned
/// big-endian number) and a payload. See "Stream format" in the Engine API's description of attach.
///
/// Payload goes on to the sink as it comes, so a frame of 4 GiB takes no more memory than one of a
/// byte.
final class FrameDecoder {

  private static final int HEADER_BYTES = 8;

  /// The stream number under which the engine puts an error of its own into the stream.
  private static final int ENGINE_ERROR = 3;

  private static final int LONGEST_ERROR = 4096;

  private final OutputSink sink;
  private final byte[] header = new byte[HEADER_BYTES];
  private final ByteArrayOutputStream engineError = new ByteArrayOutputStream(0);
  private int headerBytes;
  private long payloadLeft;

  FrameDecoder(OutputSink sink) {
    this.sink = sink;
  }

  /// Decodes the next bytes of the stream, wherever they begin and end.
  ///
  /// @throws ProtocolException when what comes is no frame
  void accept(byte[] bytes, int offset, int length) throws ProtocolException {
    int position = offset;
    int end = offset + length;
    while (position < end) {
      if (payloadLeft > 0) {
        int count = (int) Math.min(payloadLeft, end - position);
        pass(bytes, position, count);
        position += count;
        payloadLeft -= count;
      } else {
        header[headerBytes++] = bytes[position++];
        if (headerBytes == HEADER_BYTES) {
          headerBytes = 0;
          payloadLeft = checkedLength();
        }
      }
    }
  }

  /// Says that nothing more comes.
  ///
  /// @throws IOException when a frame was left unfinished, or the engine reported an error of its
  ///   own in the stream
  void end() throws IOException {
    if (engineError.size() > 0) {
      String text = engineError.toString(StandardCharsets.UTF_8).strip();
      throw new IOException("it reported in the stream: " + text);
    }
    if (headerBytes > 0 || payloadLeft > 0) {
      throw new ProtocolException("the stream ended in the middle of a frame");
    }
  }

  private void pass(byte[] bytes, int offset, int length) {
    switch (header[0]) {
      case 2 -> sink.accept(OutputChannel.STDERR, bytes, offset, length);
      case ENGINE_ERROR ->
          engineError.write(bytes, offset, Math.min(length, LONGEST_ERROR - engineError.size()));
      // 0 is standard input, which the engine writes to the standard output when it echoes it.
      default -> sink.accept(OutputChannel.STDOUT, bytes, offset, length);
    }
  }

  private long checkedLength() throws ProtocolException {
    boolean wellFormed =
        header[0] >= 0
            && header[0] <= ENGINE_ERROR
            && header[1] == 0
            && header[2] == 0
            && header[3] == 0;
    if (!wellFormed) {
      throw new ProtocolException("the stream holds bytes that are no frame");
    }
    return ((header[4] & 0xffL) << 24)
        | ((header[5] & 0xffL) << 16)
        | ((header[6] & 0xffL) << 8)
        | (header[7] & 0xffL);
  }
}
