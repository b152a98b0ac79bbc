package ofelia.syntax;

/// One remark about a text: where, what was found, and what to write instead.
///
/// @param line 1-based
/// @param column 1-based, counted in UTF-16 units; a tab counts as one
/// @param found what stands there, a phrase without a final stop
/// @param advice what to write instead, a phrase without a final stop
public record SyntaxFinding(int line, int column, Severity severity, String found, String advice) {

  /// How much a finding matters.
  public enum Severity {
    /// The text cannot be read as a whole; its values must not be used.
    ERROR,
    /// The text can be used, but may not mean what its author thinks.
    WARNING
  }
}
