package ofelia.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The header fields of a message, in order. Names are compared without regard to case.
public record Headers(List<Field> fields) {

  public static final Headers NONE = new Headers(List.of());

  /// One field; refuses characters in name or value that would break the message.
  public record Field(String name, String value) {
    public Field {
      if (!isToken(name)) {
        throw new IllegalArgumentException("not a header name: \"" + name + "\"");
      }
      if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf(0) >= 0) {
        throw new IllegalArgumentException("header \"" + name + "\" has a line break in its value");
      }
    }
  }

  public Headers {
    fields = List.copyOf(fields);
  }

  public static Headers of(String name, String value) {
    return NONE.with(name, value);
  }

  public Headers with(String name, String value) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(name, value));
    return new Headers(more);
  }

  /// The value of the first field of this name.
  public Optional<String> find(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .findFirst();
  }

  /// The values of all fields of this name, in order.
  public List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .toList();
  }

  /// Whether a field that is a comma-separated list, such as `Connection`, names the token.
  boolean hasToken(String name, String token) {
    for (String value : all(name)) {
      for (String part : value.split(",", -1)) {
        if (part.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isTokenCharacter(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// RFC 9110, section 5.6.2.
  private static boolean isTokenCharacter(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }
}
