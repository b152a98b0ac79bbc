package ofelia.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads and writes the heads of HTTP/1.1 messages (RFC 9112, sections 2 to 5), within [Limits].
///
/// Stricter than the RFC allows where leniency has been used to smuggle requests: no folded lines,
/// no space before the colon, no two different lengths.
final class Heads {

  /// @param version the minor version: 0 or 1
  record StatusLine(int version, int status) {}

  record RequestLine(String method, String target) {}

  private final WireInput in;
  private final Limits limits;
  private int bytesRead;

  Heads(WireInput in, Limits limits) {
    this.in = in;
    this.limits = limits;
  }

  StatusLine readStatusLine() throws IOException {
    String line = readLine();
    // "HTTP/1.1 200 OK", where the reason may be missing together with its space.
    boolean wellFormed =
        line.length() >= 12
            && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
            && (line.length() == 12 || line.charAt(12) == ' ');
    if (!wellFormed) {
      throw new ProtocolException("not an HTTP/1.1 answer: \"" + shown(line) + "\"");
    }
    int status = number(line.substring(9, 12), 10);
    if (status < 100) {
      throw new ProtocolException("not an HTTP status: \"" + shown(line) + "\"");
    }
    return new StatusLine(line.charAt(7) - '0', status);
  }

  RequestLine readRequestLine() throws IOException {
    String line = readLine();
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.") || parts[0].isEmpty()) {
      throw new ProtocolException("not an HTTP/1.1 request: \"" + shown(line) + "\"");
    }
    return new RequestLine(parts[0], parts[1]);
  }

  Headers readHeaders() throws IOException {
    List<Headers.Field> fields = new ArrayList<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      if (fields.size() == limits.headers()) {
        throw new ProtocolException("more than " + limits.headers() + " header fields");
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new ProtocolException("not a header field: \"" + shown(line) + "\"");
      }
      try {
        fields.add(new Headers.Field(line.substring(0, colon), line.substring(colon + 1).strip()));
      } catch (IllegalArgumentException _) {
        throw new ProtocolException("not a header field: \"" + shown(line) + "\"");
      }
    }
    return new Headers(fields);
  }

  /// Reads to the line feed and gives the line without it and without a carriage return before it.
  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new ProtocolException(
            bytesRead == 0 ? "closed without an answer" : "ended in the middle of a head");
      }
      if (++bytesRead > limits.headBytes()) {
        throw new ProtocolException("head is larger than " + limits.headBytes() + " bytes");
      }
      if (next == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(next);
    }
  }

  static byte[] write(String firstLine, Headers headers) {
    StringBuilder head = new StringBuilder(256).append(firstLine).append("\r\n");
    for (Headers.Field field : headers.fields()) {
      head.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// A number without sign or space, in the radix given.
  static int number(String digits, int radix) throws ProtocolException {
    long value = longNumber(digits, radix);
    if (value > Integer.MAX_VALUE) {
      throw new ProtocolException("number too large: \"" + shown(digits) + "\"");
    }
    return (int) value;
  }

  static long longNumber(String digits, int radix) throws ProtocolException {
    boolean plain = !digits.isEmpty() && digits.length() <= 18;
    for (int i = 0; plain && i < digits.length(); i++) {
      plain = digits.charAt(i) < 0x80 && Character.digit(digits.charAt(i), radix) >= 0;
    }
    if (!plain || (radix == 16 && digits.length() > 15)) {
      throw new ProtocolException("not a length: \"" + shown(digits) + "\"");
    }
    return Long.parseLong(digits, radix);
  }

  /// The beginning of what came, made safe for a message.
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), 60); i++) {
      char c = text.charAt(i);
      shown.append(c < ' ' || c > '~' ? '?' : c);
    }
    return text.length() > 60 ? shown + "…" : shown.toString();
  }
}
