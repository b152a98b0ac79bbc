package ofelia.cron;

import java.util.ArrayList;
import java.util.List;

/// A piece of a text between blanks.
///
/// @param column where in the text it begins
record Word(String text, int column) {

  /// The words from `begin` to before `end`.
  static List<Word> of(String text, int begin, int end) {
    List<Word> words = new ArrayList<>(8);
    int start = begin;
    for (int i = begin; i <= end; i++) {
      if (i == end || Character.isWhitespace(text.charAt(i))) {
        if (start < i) {
          words.add(new Word(text.substring(start, i), start));
        }
        start = i + 1;
      }
    }
    return words;
  }
}
