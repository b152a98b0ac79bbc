package ofelia.docker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a listing or a subscription is restricted to. Values of one name are alternatives (labels
/// must all be there), names must all match.
public record Filters(Map<String, List<String>> values) {

  public static final Filters NONE = new Filters(Map.of());

  public Filters {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  public Filters with(String name, String value) {
    Map<String, List<String>> more = new TreeMap<>(values);
    List<String> alternatives = new ArrayList<>(more.getOrDefault(name, List.of()));
    alternatives.add(value);
    more.put(name, List.copyOf(alternatives));
    return new Filters(more);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }
}
