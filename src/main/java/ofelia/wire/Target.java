package ofelia.wire;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// A request target, built so that no name or value can leave its place:
/// `/containers/a%2Fb/json?all=true`.
public record Target(String text) {

  /// An address in place of a path is what proxies are asked for (RFC 9112, section 3.2.2).
  ///
  /// @throws IllegalArgumentException when a character may not stand in a request line
  public Target {
    boolean isPlace = text.startsWith("/") || text.startsWith("http://");
    if (!isPlace || !isPrintable(text)) {
      throw new IllegalArgumentException("not a request target: \"" + text + "\"");
    }
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /// A path of fixed words and values in turn, each argument becoming one encoded segment.
  public static Target path(String... segments) {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      path.append('/').append(encode(segment));
    }
    return new Target(path.toString());
  }

  public Target with(String name, String value) {
    char separator = text.indexOf('?') < 0 ? '?' : '&';
    return new Target(text + separator + encode(name) + "=" + encode(value));
  }

  public Target with(String name, boolean value) {
    return with(name, Boolean.toString(value));
  }

  public Target with(String name, long value) {
    return with(name, Long.toString(value));
  }

  /// This target below a prefix such as `/v1.41`.
  public Target below(String prefix) {
    return new Target(prefix + text);
  }

  @Override
  public String toString() {
    return text;
  }

  private static String encode(String text) {
    // URLEncoder writes form data, where a space is a plus; in a path only %20 means a space.
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
