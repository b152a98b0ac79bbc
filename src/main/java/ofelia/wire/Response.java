package ofelia.wire;

import java.nio.charset.StandardCharsets;

/// An answer read to its end.
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; a copy of each body would be waste.
public record Response(int status, Headers headers, byte[] body) {

  /// The body as UTF-8, with U+FFFD for what is not.
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
