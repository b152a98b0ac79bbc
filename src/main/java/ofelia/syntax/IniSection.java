package ofelia.syntax;

import java.util.List;

/// One header of an INI file with the entries below it.
///
/// @param header the text between the brackets, untrimmed; empty for entries above the first header
/// @param line line of the header, 1-based
/// @param column column of the header's first character, after the bracket, 1-based
/// @param entries in file order, repeated keys included
public record IniSection(String header, int line, int column, List<IniEntry> entries) {

  public IniSection {
    entries = List.copyOf(entries);
  }
}
