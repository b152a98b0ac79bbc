package ofelia.syntax;

/// What counts as a blank: Unicode's White_Space as the Go program uses it, which, unlike
/// [Character#isWhitespace(char)], has the no-break space and the next-line character in it.
final class Blanks {

  private Blanks() {}

  static boolean isBlank(int c) {
    return c == '\u00A0' || c == '\u0085' || (Character.isWhitespace(c) && (c < 0x1C || c > 0x1F));
  }

  /// Index of the first character at or after `from` that is no blank, or the length of the text.
  static int skip(String text, int from) {
    int i = from;
    while (i < text.length() && isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  static String trim(String text) {
    int start = skip(text, 0);
    int end = text.length();
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }
}
