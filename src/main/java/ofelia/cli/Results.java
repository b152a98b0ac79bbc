package ofelia.cli;

import ofelia.cli.Table.Cell;
import ofelia.cli.Table.Style;
import ofelia.ledger.HistoryEntry;

/// What became of an instant, in a word and a colour.
final class Results {

  private Results() {}

  /// The outcome of what ran, else the fate.
  static Cell cell(HistoryEntry entry) {
    String word = entry.outcome().orElse(entry.fate());
    String exit = entry.exit().filter(code -> code != 0).map(code -> " (" + code + ")").orElse("");
    return new Cell(word + exit, style(word));
  }

  private static Style style(String word) {
    return switch (word) {
      case "succeeded" -> Style.GOOD;
      case "running" -> Style.BUSY;
      case "skipped", "cancelled" -> Style.ODD;
      default -> Style.BAD;
    };
  }
}
