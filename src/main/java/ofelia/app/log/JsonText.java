package ofelia.app.log;

/// Strings of RFC 8259. Half a surrogate pair, which UTF-8 cannot carry, becomes U+FFFD.
final class JsonText {

  private JsonText() {}

  /// Appends the value in quotes until the line has `maxLine` characters; what is left is counted
  /// in a mark.
  static void append(String value, int maxLine, StringBuilder line) {
    line.append('"');
    int i = 0;
    while (i < value.length() && line.length() < maxLine) {
      int c = value.codePointAt(i);
      appendEscaped(c, line);
      i += Character.charCount(c);
    }
    if (i < value.length()) {
      line.append("… (").append(value.length() - i).append(" more characters)");
    }
    line.append('"');
  }

  private static void appendEscaped(int c, StringBuilder line) {
    switch (c) {
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029) {
          String hex = Integer.toHexString(c);
          line.append("\\u").repeat("0", 4 - hex.length()).append(hex);
        } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
          line.append('\ufffd');
        } else {
          line.appendCodePoint(c);
        }
      }
    }
  }
}
