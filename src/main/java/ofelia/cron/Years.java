package ofelia.cron;

import java.util.ArrayList;
import java.util.List;

/// The years that match, as rows of evenly spaced ones.
final class Years {

  static final int FIRST = 1;
  static final int LAST = 9999;

  /// What [#nextOrSame] gives when no year is left.
  static final long NONE = Long.MAX_VALUE;

  private final int[] first;
  private final int[] last;
  private final int[] step;

  /// @param spans at least one
  Years(List<Piece.Span> spans) {
    first = spans.stream().mapToInt(Piece.Span::first).toArray();
    last = spans.stream().mapToInt(Piece.Span::last).toArray();
    step = spans.stream().mapToInt(Piece.Span::step).toArray();
  }

  long nextOrSame(long year) {
    long next = NONE;
    for (int i = 0; i < first.length; i++) {
      long found =
          year <= first[i] ? first[i] : year + Math.floorMod(first[i] - year, (long) step[i]);
      if (found <= last[i]) {
        next = Math.min(next, found);
      }
    }
    return next;
  }

  /// For a person: `2027`, `2027 to 2030`, `each 2 years from 2027`.
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      String end = last[i] == LAST ? "" : " to " + last[i];
      names.add(
          first[i] == last[i]
              ? String.valueOf(first[i])
              : step[i] == 1
                  ? first[i] + (end.isEmpty() ? " and later" : end)
                  : "each " + step[i] + " years from " + first[i] + end);
    }
    return names;
  }

  /// The number of the year's first day, counted from 1970-01-01.
  static long firstDay(long year) {
    long before = year - 1;
    return 365 * before + before / 4 - before / 100 + before / 400 - 719_162;
  }
}
