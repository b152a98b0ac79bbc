package ofelia.docker;

import io.avaje.jsonb.JsonType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import ofelia.wire.ProtocolException;

/// A stream of JSON objects, one a line, each with a bound on its size.
final class JsonLines<T> {

  /// An event carries all labels of its container, which may hold whole job definitions.
  private static final int LONGEST_LINE = 4 * 1024 * 1024;

  private final InputStream in;
  private final JsonType<T> type;
  private final byte[] buffer = new byte[8 * 1024];
  private int position;
  private int end;

  JsonLines(InputStream in, JsonType<T> type) {
    this.in = in;
    this.type = type;
  }

  /// Blocks until the next object is there; empty at the end of the stream.
  Optional<T> next() throws IOException {
    while (true) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(512);
      boolean more = readLine(line);
      byte[] json = line.toByteArray();
      if (!isBlank(json)) {
        return Optional.of(Messages.read(type, json));
      }
      if (!more) {
        return Optional.empty();
      }
    }
  }

  /// @return false at the end of the stream
  private boolean readLine(ByteArrayOutputStream line) throws IOException {
    while (true) {
      if (position == end) {
        int count = in.read(buffer);
        if (count < 0) {
          return false;
        }
        position = 0;
        end = count;
      }
      int begin = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      line.write(buffer, begin, position - begin);
      if (line.size() > LONGEST_LINE) {
        throw new ProtocolException("a line is longer than " + LONGEST_LINE + " bytes");
      }
      if (position < end) {
        position++;
        return true;
      }
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }
}
