package ofelia.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// What follows the head of a request that is sent, or of a reply.
public sealed interface Body {

  Body NONE = new None();

  record None() implements Body {}

  /// A body whose length is known. The array is not copied and must not change.
  @SuppressWarnings(
      "ArrayRecordComponent") // Compared by nobody; a copy of each body would be waste.
  record Bytes(byte[] bytes) implements Body {}

  /// A body of unknown length, sent in chunks while it is written.
  record Streaming(Writer writer) implements Body {}

  /// Writes a body until it returns. Each write is sent at once.
  @FunctionalInterface
  interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  static Body text(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
