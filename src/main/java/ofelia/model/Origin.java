package ofelia.model;

/// Where something was written.
///
/// @param place a file's path, `container "web_1"`, `environment`, `command line`
/// @param line from 1; 0 where lines mean nothing
/// @param column from 1; 0 where columns mean nothing
public record Origin(String place, int line, int column) {

  /// A place that has no lines.
  public static Origin of(String place) {
    return new Origin(place, 0, 0);
  }

  @Override
  public String toString() {
    if (line == 0) {
      return place;
    }
    return column == 0 ? place + ":" + line : place + ":" + line + ":" + column;
  }
}
