package ofelia.syntax;

/// File name patterns as Go's `filepath.Match` has them, for one path segment at a time.
///
/// `*` stands for any characters, `?` for one, `[a-z]` for one of a set, `[^a-z]` for one outside
/// it; a backslash makes the next character literal. No pattern crosses a path separator, and there
/// is no `**`.
public final class Glob {

  private Glob() {}

  /// Whether `path` has any character with a meaning in patterns.
  public static boolean isPattern(String path) {
    return path.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /// Whether the whole of `name`, one path segment, matches `pattern`. A malformed pattern (an
  /// unclosed `[`, a backslash at the end) matches nothing.
  public static boolean matches(String pattern, String name) {
    // Greedy with one point to return to: linear in practice, never exponential.
    int p = 0;
    int n = 0;
    int starPattern = -1;
    int starName = 0;
    while (n < name.length()) {
      int after =
          p < pattern.length() && pattern.charAt(p) != '*'
              ? matchOne(pattern, p, name.charAt(n))
              : -1;
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        starPattern = ++p;
        starName = n;
      } else if (after >= 0) {
        p = after;
        n++;
      } else if (starPattern >= 0) {
        p = starPattern;
        n = ++starName;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /// Matches the single-character element at `p` against `c`; gives the index after the element, or
  /// -1.
  private static int matchOne(String pattern, int p, char c) {
    return switch (pattern.charAt(p)) {
      case '?' -> c == '/' ? -1 : p + 1;
      case '[' -> matchSet(pattern, p + 1, c);
      case '\\' -> p + 1 < pattern.length() && pattern.charAt(p + 1) == c ? p + 2 : -1;
      default -> pattern.charAt(p) == c ? p + 1 : -1;
    };
  }

  private static int matchSet(String pattern, int from, char c) {
    int p = from;
    boolean isNegated = p < pattern.length() && pattern.charAt(p) == '^';
    p += isNegated ? 1 : 0;
    boolean isFound = false;
    int first = p;
    while (p < pattern.length() && (pattern.charAt(p) != ']' || p == first)) {
      p += pattern.charAt(p) == '\\' ? 1 : 0;
      if (p >= pattern.length()) {
        return -1;
      }
      char low = pattern.charAt(p++);
      char high = low;
      if (p + 1 < pattern.length() && pattern.charAt(p) == '-' && pattern.charAt(p + 1) != ']') {
        p++;
        p += pattern.charAt(p) == '\\' ? 1 : 0;
        if (p >= pattern.length()) {
          return -1;
        }
        high = pattern.charAt(p++);
      }
      isFound |= low <= c && c <= high;
    }
    return p < pattern.length() && isFound != isNegated ? p + 1 : -1;
  }
}
