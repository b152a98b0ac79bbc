package ofelia.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ofelia.model.ValueSyntaxException;
import ofelia.model.ValueType;
import ofelia.syntax.JsonStrings;
import ofelia.syntax.ShellWords;

/// How the values of keys about programs are written.
final class ProgramTypes {

  private ProgramTypes() {}

  /// Lines of which the common indentation, and blank lines before and after them, are removed.
  static final ValueType<String> SCRIPT = new Script();

  /// The words of a command line, at least one.
  static final ValueType<String> SHELL = new Shell();

  /// A JSON array of strings, at least one.
  static final ValueType<List<String>> ARGUMENTS = new Arguments();

  /// `NAME=/path` each.
  static final ValueType<List<String>> SECRETS = new Secrets();

  private record Script() implements ValueType<String> {

    @Override
    public String word() {
      return "text";
    }

    @Override
    public String parse(String text) {
      List<String> lines =
          text.lines().dropWhile(String::isBlank).map(line -> line.isBlank() ? "" : line).toList();
      int indentation =
          lines.stream()
              .filter(line -> !line.isEmpty())
              .mapToInt(Script::indentation)
              .min()
              .orElse(0);
      return lines.stream()
          .map(line -> line.isEmpty() ? line : line.substring(indentation))
          .collect(Collectors.joining("\n"))
          .stripTrailing();
    }

    private static int indentation(String line) {
      int blanks = 0;
      while (line.charAt(blanks) == ' ' || line.charAt(blanks) == '\t') {
        blanks++;
      }
      return blanks;
    }

    @Override
    public String format(String value) {
      return value;
    }
  }

  private record Shell() implements ValueType<String> {

    @Override
    public String word() {
      return "text";
    }

    @Override
    public String parse(String text) throws ValueSyntaxException {
      if (ShellWords.split(text).isEmpty()) {
        throw new ValueSyntaxException("names no program", "write for example sh -e -c", 0);
      }
      return text;
    }

    @Override
    public String format(String value) {
      return value;
    }
  }

  private record Arguments() implements ValueType<List<String>> {

    // A value may hold a secret, so no message quotes it.
    private static final String ADVICE = "write for example [\"pg_dump\", \"shop\"]";

    @Override
    public String word() {
      return "JSON array";
    }

    @Override
    public List<String> parse(String text) throws ValueSyntaxException {
      List<String> words =
          JsonStrings.parse(text)
              .orElseThrow(
                  () -> new ValueSyntaxException("is not a JSON array of strings", ADVICE, 0));
      if (words.isEmpty() || words.getFirst().isEmpty()) {
        throw new ValueSyntaxException("names no program", ADVICE, 0);
      }
      return words;
    }

    @Override
    public String format(List<String> value) {
      return JsonStrings.format(value);
    }
  }

  private record Secrets() implements ValueType<List<String>> {

    private static final Pattern FORM = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*=/.*");

    @Override
    public String word() {
      return "list";
    }

    @Override
    public List<String> parse(String text) throws ValueSyntaxException {
      if (text.isEmpty()) {
        return List.of();
      }
      if (!FORM.matcher(text).matches()) {
        // Somebody may have written the secret itself.
        throw new ValueSyntaxException(
            "is not a variable and the file that holds its value",
            "write for example PGPASSWORD=/run/secrets/shop-password",
            0);
      }
      return List.of(text);
    }

    @Override
    public String format(List<String> value) {
      return String.join(",", value);
    }

    @Override
    public boolean isList() {
      return true;
    }
  }
}
