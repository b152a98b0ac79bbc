package ofelia.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A table for people: columns as wide as their widest cell, the last one cut to the terminal's
/// width. One that is too long to be held as a whole is printed in parts.
final class Table {

  private static final String GAP = "  ";

  /// Those that are not printed yet.
  private final List<List<Cell>> rows = new ArrayList<>();

  /// Of the columns, in characters, as far as rows are known.
  private final int[] widths;

  /// @param text without line breaks; see [#row]
  record Cell(String text, Style style) {}

  /// How a cell looks where colours are allowed.
  enum Style {
    PLAIN(""),
    HEADER("1"),
    GOOD("32"),
    BAD("31"),
    ODD("33"),
    BUSY("36"),
    DIM("2");

    private final String code;

    Style(String code) {
      this.code = code;
    }

    String paint(String text) {
      return code.isEmpty() || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
  }

  Table(String... headers) {
    widths = new int[headers.length];
    rows.add(Stream.of(headers).map(header -> new Cell(header, Style.HEADER)).toList());
  }

  static Cell cell(String text) {
    return new Cell(text, Style.PLAIN);
  }

  /// Adds a row with a cell for each header. Line breaks and other control characters become
  /// blanks.
  void row(Cell... cells) {
    rows.add(
        Stream.of(cells)
            .map(cell -> new Cell(cell.text().replaceAll("\\p{Cntrl}+", " "), cell.style()))
            .toList());
  }

  /// Prints what was added since the last time.
  void print(Console console) {
    for (List<Cell> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], length(row.get(c).text()));
      }
    }
    for (List<Cell> row : rows) {
      console.out().println(line(row, console));
    }
    rows.clear();
  }

  private String line(List<Cell> row, Console console) {
    StringBuilder line = new StringBuilder();
    int used = 0;
    int last = row.size() - 1;
    while (last > 0 && row.get(last).text().isEmpty()) {
      last--;
    }
    for (int c = 0; c <= last; c++) {
      String text = row.get(c).text();
      if (c == row.size() - 1 && console.width().isPresent()) {
        text = cut(text, console.width().getAsInt() - used);
      }
      line.append(console.colours() ? row.get(c).style().paint(text) : text);
      if (c < last) {
        line.repeat(' ', widths[c] - length(text)).append(GAP);
        used += widths[c] + GAP.length();
      }
    }
    return line.toString();
  }

  private static String cut(String text, int room) {
    int enough = Math.max(10, room);
    return length(text) <= enough
        ? text
        : text.codePoints()
                .limit(enough - 1L)
                .mapToObj(Character::toString)
                .collect(Collectors.joining())
            + "…";
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
