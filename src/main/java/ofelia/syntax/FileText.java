package ofelia.syntax;

import java.nio.charset.StandardCharsets;

/// Turns the bytes of a text file into text.
public final class FileText {

  private FileText() {}

  /// Reads UTF-8, or UTF-16 where a byte order mark says so; the mark is removed. Bytes that are no
  /// text become U+FFFD.
  public static String decode(byte[] bytes) {
    if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
      return new String(bytes, StandardCharsets.UTF_16);
    }
    int start = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
  }

  private static boolean startsWith(byte[] bytes, int... mark) {
    if (bytes.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((bytes[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
