package ofelia.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import ofelia.calendar.Calendar;

/// The calendars that configuration files define.
///
/// @param byName those that could be read
/// @param broken names of those that could not
/// @param files what they were read from beside the configuration files, readable or not
public record Calendars(Map<String, Calendar> byName, Set<String> broken, List<Path> files) {

  public static final Calendars NONE = new Calendars(Map.of(), Set.of(), List.of());

  public Calendars {
    byName = Map.copyOf(byName);
    broken = Set.copyOf(broken);
    files = List.copyOf(files);
  }

  /// All that were written, broken ones included.
  Set<String> names() {
    Set<String> names = new TreeSet<>(byName.keySet());
    names.addAll(broken);
    return names;
  }
}
