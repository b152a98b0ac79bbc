package ofelia.wire;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request as [HttpServer] received it, with its whole body.
///
/// @param target as it was sent, encoded, such as `/jobs/a%20b/run?wait=true`
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; a copy of each body would be waste.
public record Received(String method, String target, Headers headers, byte[] body) {

  /// The path, still encoded, without the query.
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /// The parameters of the query, decoded; of several with one name the last.
  ///
  /// @throws IllegalArgumentException when the encoding is broken
  public Map<String, String> query() {
    int begin = target.indexOf('?');
    Map<String, String> parameters = new LinkedHashMap<>();
    if (begin >= 0) {
      for (String pair : target.substring(begin + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        if (!name.isEmpty()) {
          parameters.put(decode(name), decode(value));
        }
      }
    }
    return parameters;
  }

  /// The parts of the path between the slashes, decoded: a slash that was encoded stays inside its
  /// part.
  ///
  /// @throws IllegalArgumentException when the encoding is broken
  public List<String> segments() {
    List<String> segments = new ArrayList<>();
    for (String segment : path().split("/", -1)) {
      if (!segment.isEmpty()) {
        // In a path a plus is a plus.
        segments.add(decode(segment.replace("+", "%2B")));
      }
    }
    return List.copyOf(segments);
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /// Method and target, for messages.
  @Override
  public String toString() {
    return method + " " + target;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
