package ofelia.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Splits a command line into words the way the Go Ofelia does: close to a shell, but none.
///
/// - Words are separated by blanks.
/// - `'`, `"` and a backtick are quotes only as the first character of a word. The word ends at the
///   closing quote, so `"a"b` is two words and `--x="a b"` is `--x="a` and `b"`.
/// - A backslash makes the next character literal, also inside single quotes, but not inside
///   backticks.
/// - A word that begins with `(`, `[` or `{` runs to the matching bracket and keeps its quotes.
/// - A word that begins with `|`, `>`, `<` or `#` takes the rest of the line.
/// - An unclosed quote or bracket takes the rest. Empty quotes give an empty word.
///
/// There are no variables, no globs and no operators: whoever wants those writes `sh -c "…"`.
public final class ShellWords {

  /// Words of `find` whose command ends in a word `;`.
  private static final Set<String> EXEC = Set.of("-exec", "-execdir", "-ok", "-okdir");

  private static final Pattern OPERATOR =
      Pattern.compile("^(?:\\|\\|?|[0-9&]?[<>]{1,3}|&&?|;;?)|(?<!\\\\)[;&]$");

  private final String line;
  private final StringBuilder word = new StringBuilder();
  private int position;

  private ShellWords(String line) {
    this.line = line;
  }

  /// The words of `line`; none when it is blank.
  public static List<String> split(String line) {
    ShellWords words = new ShellWords(line);
    List<String> found = new ArrayList<>();
    while (words.next()) {
      found.add(words.word.toString());
    }
    return List.copyOf(found);
  }

  /// Something outside of quotes that a shell would act on, and that is an argument here.
  ///
  /// @param offset where in the line, from 0
  public record Operator(String text, int offset) {}

  /// The first of `|`, `||`, `&&`, `&`, `;`, `<`, `>` and their kin in `line`, at the beginning of
  /// a word or, for `;` and `&`, at its end. The `;` that ends an `-exec` of `find` is none.
  public static Optional<Operator> findOperator(String line) {
    ShellWords words = new ShellWords(line);
    boolean isInExec = false;
    for (int start = Blanks.skip(line, 0);
        words.next();
        start = Blanks.skip(line, words.position)) {
      String raw = Blanks.trim(line.substring(start, words.position));
      boolean isPlain = "'\"`([{#".indexOf(raw.charAt(0)) < 0;
      if (isInExec && raw.equals(";")) {
        isInExec = false;
      } else if (isPlain) {
        isInExec |= EXEC.contains(raw);
        Matcher operator = OPERATOR.matcher(raw);
        if (operator.find()) {
          String text = operator.group();
          return Optional.of(new Operator(text, start + operator.start()));
        }
      }
    }
    return Optional.empty();
  }

  /// Reads one word into `word`; false at the end.
  private boolean next() {
    word.setLength(0);
    position = Blanks.skip(line, position);
    if (position == line.length()) {
      return false;
    }
    char first = line.charAt(position);
    boolean isClosed =
        switch (first) {
          case '\'', '"', '`' -> readQuoted(first);
          case '(', '[', '{' -> readBracketed();
          case '|', '>', '<', '#' -> readRest();
          default -> readPlain();
        };
    // Only a closed quote makes an empty word; a lone quote or backslash at the end is nothing.
    return isClosed || !word.isEmpty();
  }

  private boolean readQuoted(char quote) {
    position++;
    while (position < line.length()) {
      char c = line.charAt(position++);
      if (c == quote) {
        return true;
      }
      append(c, quote != '`');
    }
    return false;
  }

  private boolean readBracketed() {
    StringBuilder open = new StringBuilder();
    char quote = 0;
    while (position < line.length()) {
      char c = line.charAt(position++);
      if (c == '\\' && quote != '`') {
        append(c, true);
        continue;
      }
      word.append(c);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (!open.isEmpty() && c == open.charAt(open.length() - 1)) {
        open.setLength(open.length() - 1);
        if (open.isEmpty()) {
          return true;
        }
      } else if (c == '\'' || c == '"' || c == '`') {
        quote = c;
      } else if (c == '(' || c == '[' || c == '{') {
        open.append(c == '(' ? ')' : c == '[' ? ']' : '}');
      }
    }
    return false;
  }

  private boolean readRest() {
    word.append(line, position, line.length());
    position = line.length();
    return true;
  }

  private boolean readPlain() {
    while (position < line.length()) {
      char c = line.charAt(position++);
      if (Blanks.isBlank(c)) {
        return true;
      }
      append(c, true);
    }
    return false;
  }

  /// Appends `c`, or, if `c` is a backslash that escapes, the character after it.
  private void append(char c, boolean escapes) {
    if (c != '\\' || !escapes) {
      word.append(c);
    } else if (position < line.length()) {
      word.append(line.charAt(position++));
    }
  }
}
