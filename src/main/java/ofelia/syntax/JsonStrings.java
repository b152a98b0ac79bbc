package ofelia.syntax;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads and writes a JSON array of strings, the form in which a label can carry several values
/// (RFC 8259).
public final class JsonStrings {

  private final String text;
  private int position;

  private JsonStrings(String text) {
    this.text = text;
  }

  /// The strings of the array, or empty if `text` is anything but an array of strings alone.
  public static Optional<List<String>> parse(String text) {
    JsonStrings reader = new JsonStrings(text);
    try {
      return Optional.of(reader.readArray());
    } catch (NotStrings _) {
      // An ordinary text that only looks like an array is not a mistake: the caller takes it whole.
      return Optional.empty();
    }
  }

  /// The strings as an array that [#parse] reads back.
  public static String format(List<String> strings) {
    return strings.stream().map(JsonStrings::quote).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quote(String string) {
    StringBuilder quoted = new StringBuilder(string.length() + 2).append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private List<String> readArray() throws NotStrings {
    List<String> strings = new ArrayList<>();
    expect('[');
    skipBlanks();
    if (peek() != ']') {
      strings.add(readString());
      for (skipBlanks(); peek() == ','; skipBlanks()) {
        position++;
        strings.add(readString());
      }
    }
    expect(']');
    skipBlanks();
    if (position < text.length()) {
      throw new NotStrings();
    }
    return List.copyOf(strings);
  }

  private String readString() throws NotStrings {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(position++);
      if (c < ' ') {
        throw new NotStrings();
      }
      string.append(c == '\\' ? readEscape() : c);
    }
    position++;
    return string.toString();
  }

  private char readEscape() throws NotStrings {
    char escape = peek();
    position++;
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> readUnicode();
      default -> throw new NotStrings();
    };
  }

  private char readUnicode() throws NotStrings {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw new NotStrings();
      }
      code = code * 16 + digit;
      position++;
    }
    return (char) code;
  }

  private void expect(char c) throws NotStrings {
    skipBlanks();
    if (peek() != c) {
      throw new NotStrings();
    }
    position++;
  }

  private char peek() throws NotStrings {
    if (position == text.length()) {
      throw new NotStrings();
    }
    return text.charAt(position);
  }

  private void skipBlanks() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  /// The text is not an array of strings.
  private static final class NotStrings extends Exception {
    private static final long serialVersionUID = 1;

    NotStrings() {
      super("not an array of strings", null, false, false);
    }
  }
}
