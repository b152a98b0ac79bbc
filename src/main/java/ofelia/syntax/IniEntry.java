package ofelia.syntax;

/// One `key = value` of an INI file, as written, with its place.
///
/// @param key without quotes and surrounding blanks, in the author's spelling
/// @param value without quotes, comments and surrounding blanks; raw values keep everything
/// @param line line of the key, 1-based
/// @param keyColumn column of the key's first character, 1-based
/// @param valueColumn column of the first character of the value after any opening quote, 1-based;
///   the end of the line when there is no value
public record IniEntry(String key, String value, int line, int keyColumn, int valueColumn) {}
