package ofelia.arch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One line of the table in `ARCHITECTURE.md`: a package, its floor, and the outside packages that
/// may enter through it.
record Room(int floor, String name, Set<String> libraries) {
  private static final Pattern ROW =
      Pattern.compile("^\\|\\s*(\\d+)\\s*\\|\\s*`([a-z]+)`\\s*\\|([^|]*)\\|([^|]*)\\|\\s*$");
  private static final Pattern LIBRARY = Pattern.compile("`([^`]+)`");

  /// All rows of the form `` | floor | `room` | text | `library` `library` | ``; other lines are
  /// passed over.
  static List<Room> parse(List<String> lines) {
    List<Room> rooms = new ArrayList<>();
    for (String line : lines) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> libraries = new TreeSet<>();
        LIBRARY.matcher(row.group(4)).results().forEach(found -> libraries.add(found.group(1)));
        rooms.add(new Room(Integer.parseInt(row.group(1)), row.group(2), libraries));
      }
    }
    return rooms;
  }

  boolean admits(String packageName) {
    return libraries.stream().anyMatch(library -> isWithin(packageName, library));
  }

  static boolean isWithin(String packageName, String root) {
    return packageName.equals(root) || packageName.startsWith(root + ".");
  }
}
