package ofelia.docker;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the engine leaves out or sends as `null`, turned into empty values when a record is made.
final class Absent {

  private Absent() {}

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  static <T> Map<String, T> orEmpty(@Nullable Map<String, T> map) {
    return map == null ? Map.of() : Map.copyOf(map);
  }

  static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
