package ofelia.app.log;

/// Values as Go's `slog.TextHandler` writes them: bare where that is safe, else as `strconv.Quote`
/// does.
final class GoText {

  private GoText() {}

  /// Appends the value until the line has `maxLine` characters; what is left is counted in a mark.
  static void append(String value, int maxLine, StringBuilder line) {
    if (!needsQuotes(value) && line.length() + value.length() <= maxLine) {
      line.append(value);
      return;
    }
    line.append('"');
    int i = 0;
    while (i < value.length() && line.length() < maxLine) {
      int c = value.codePointAt(i);
      appendQuoted(c, line);
      i += Character.charCount(c);
    }
    if (i < value.length()) {
      line.append("… (").append(value.length() - i).append(" more characters)");
    }
    line.append('"');
  }

  /// Go's rule: quotes for an empty value, blanks, `=`, quotes, control characters, and whatever
  /// cannot be printed; a backslash alone needs none.
  private static boolean needsQuotes(String value) {
    if (value.isEmpty()) {
      return true;
    }
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      if (c <= ' ' || c == '=' || c == '"' || (c > 0x7f && !isPrintable(c))) {
        return true;
      }
      i += Character.charCount(c);
    }
    return false;
  }

  private static void appendQuoted(int c, StringBuilder line) {
    switch (c) {
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      case 0x07 -> line.append("\\a");
      case '\b' -> line.append("\\b");
      case '\f' -> line.append("\\f");
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      case 0x0b -> line.append("\\v");
      default -> {
        if (c < ' ' || c == 0x7f) {
          appendHex("\\x", c, 2, line);
        } else if (c < 0x7f || isPrintable(c)) {
          line.appendCodePoint(c);
        } else if (Character.isSurrogate((char) c) && c <= 0xffff) {
          line.append('\ufffd');
        } else if (c <= 0xffff) {
          appendHex("\\u", c, 4, line);
        } else {
          appendHex("\\U", c, 8, line);
        }
      }
    }
  }

  /// Letters, marks, numbers, punctuation and symbols, as Go's `unicode.IsPrint`.
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static void appendHex(String head, int c, int digits, StringBuilder line) {
    String hex = Integer.toHexString(c);
    line.append(head).repeat("0", digits - hex.length()).append(hex);
  }
}
