package ofelia.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text with its `${VAR}` and `${VAR:-default}` replaced.
///
/// A variable that is set and not empty gives its value; otherwise the default, which may be empty
/// but may not contain `}`; without a default the text stays as it was written. `$VAR` without
/// braces is untouched, and what was put in is not searched again. The same rules as in the Go
/// Ofelia.
///
/// @param text with all known variables replaced
/// @param unset names that had neither value nor default and were left as written, in order
public record Substitution(String text, List<String> unset) {

  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\\}");

  public Substitution {
    unset = List.copyOf(unset);
  }

  /// Replaces the variables of `text` with what `lookup` knows of them.
  public static Substitution expand(String text, Function<String, Optional<String>> lookup) {
    if (text.indexOf("${") < 0) {
      return new Substitution(text, List.of());
    }
    List<String> unset = new ArrayList<>();
    StringBuilder expanded = new StringBuilder();
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1);
      Optional<String> set = lookup.apply(name).filter(v -> !v.isEmpty());
      if (set.isEmpty() && matcher.group(2) == null) {
        unset.add(name);
      }
      String replacement =
          set.or(() -> Optional.ofNullable(matcher.group(2))).orElseGet(matcher::group);
      matcher.appendReplacement(expanded, Matcher.quoteReplacement(replacement));
    }
    matcher.appendTail(expanded);
    return new Substitution(expanded.toString(), unset);
  }
}
