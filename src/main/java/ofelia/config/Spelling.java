package ofelia.config;

import java.util.Collection;
import ofelia.syntax.Nearest;

/// Turns a misspelt word into advice.
final class Spelling {

  private Spelling() {}

  /// `did you mean "x"?` when one of the candidates is near, else `otherwise`.
  static String suggest(String word, Collection<String> candidates, String otherwise) {
    return Nearest.of(word, candidates)
        .map(near -> "did you mean \"" + near + "\"?")
        .orElse(otherwise);
  }
}
