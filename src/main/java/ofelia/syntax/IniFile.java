package ofelia.syntax;

import java.util.List;

/// The sections and entries of one INI file in file order, with exact positions, and everything
/// that is wrong with its syntax.
///
/// The grammar is that of the Go Ofelia, with one repair: its parser cut each value at the first
/// `#` or `;` wherever it stood, even inside quotes, and so silently shortened commands, passwords
/// and `FRI#2` schedules. Here
///
/// - inside single or double quotes `#` and `;` are text,
/// - outside quotes they begin a comment only after a blank, or as the first character of the
///   value,
/// - outside quotes without a blank before them they are text, and a warning names the column at
///   which the Go Ofelia would have cut; only where nothing follows, as in `@daily;`, they are
///   dropped, also with a warning.
///
/// A quote opens only where a word could begin (not after a letter, digit or backslash, so that the
/// apostrophe of `don't` opens nothing) and only if its partner follows on the same line.
///
/// @param name name of the file for messages
/// @param sections in file order; the same header may appear more than once
/// @param findings all of them, in file order
public record IniFile(String name, List<IniSection> sections, List<SyntaxFinding> findings) {

  public IniFile {
    sections = List.copyOf(sections);
    findings = List.copyOf(findings);
  }

  /// Reads `text`, collecting all findings instead of stopping at the first.
  public static IniFile parse(String name, String text) {
    return new IniReader(name, text).read();
  }

  /// Whether the file was readable as a whole: it has no finding that is an error.
  public boolean isWellFormed() {
    return findings.stream().noneMatch(f -> f.severity() == SyntaxFinding.Severity.ERROR);
  }
}
