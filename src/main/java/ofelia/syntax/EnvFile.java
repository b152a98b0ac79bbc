package ofelia.syntax;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The variables of an environment file, one `NAME=value` a line.
///
/// Lines are trimmed; blank ones, comments (`#`) and lines without `=` are skipped; a leading
/// `export ` is removed, and one pair of quotes around the value. There are no escapes and no
/// interpolation. The same rules as in the Go Ofelia.
public final class EnvFile {

  private static final String EXPORT = "export ";

  private EnvFile() {}

  /// The variables of `text` in order of first appearance, each with its last value.
  public static SequencedMap<String, String> parse(String text) {
    SequencedMap<String, String> variables = new LinkedHashMap<>();
    text.lines().map(Blanks::trim).forEach(line -> addTo(variables, line));
    return Collections.unmodifiableSequencedMap(variables);
  }

  private static void addTo(SequencedMap<String, String> variables, String line) {
    if (line.startsWith("#")) {
      return;
    }
    String assignment = line.startsWith(EXPORT) ? line.substring(EXPORT.length()) : line;
    int equals = assignment.indexOf('=');
    if (equals > 0) {
      String name = Blanks.trim(assignment.substring(0, equals));
      variables.put(name, withoutQuotes(assignment.substring(equals + 1)));
    }
  }

  private static String withoutQuotes(String value) {
    if (value.length() < 2) {
      return value;
    }
    char first = value.charAt(0);
    boolean isQuoted = (first == '"' || first == '\'') && value.charAt(value.length() - 1) == first;
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }
}
