package ofelia.docker;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.avaje.jsonb.Types;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import ofelia.wire.ProtocolException;

/// The JSON of the API, with adapters that were generated at compile time.
final class Messages {

  private static final Jsonb JSON = Jsonb.builder().build();
  private static final JsonType<Map<String, List<String>>> FILTERS =
      JSON.type(Types.mapOf(Types.listOf(String.class)));

  private Messages() {}

  static <T> JsonType<T> of(Class<T> type) {
    return JSON.type(type);
  }

  static String filters(Filters filters) {
    return FILTERS.toJson(filters.values());
  }

  static <T> T read(JsonType<T> type, byte[] json) throws ProtocolException {
    try {
      T value = type.fromJson(json);
      if (value == null) {
        throw new ProtocolException("not the JSON expected: \"null\"");
      }
      return value;
    } catch (JsonException | NumberFormatException | NullPointerException e) {
      // A missing member is no error; these come from text that is not JSON, or of another shape
      // altogether.
      String begin = new String(json, 0, Math.min(json.length, 80), StandardCharsets.UTF_8);
      throw new ProtocolException(
          "not the JSON expected: \"" + begin.replaceAll("\\p{Cntrl}", " ") + "\"");
    }
  }
}
