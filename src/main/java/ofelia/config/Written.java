package ofelia.config;

import ofelia.model.Origin;

/// One key as somebody wrote it, wherever that was.
///
/// @param key in their spelling
/// @param value after substitution
/// @param keyOrigin where the key stands
/// @param valueOrigin where the value begins
/// @param isVerbatim whether the value stands in one piece at its origin, so that a position inside
///   the value is a position in the file
record Written(String key, String value, Origin keyOrigin, Origin valueOrigin, boolean isVerbatim) {

  /// A key in a place without lines.
  static Written of(String key, String value, Origin origin) {
    return new Written(key, value, origin, origin, false);
  }

  /// Where the character with the index `offset` of the value stands, as exactly as it is known.
  Origin originAt(int offset) {
    return isVerbatim && valueOrigin.column() > 0
        ? new Origin(valueOrigin.place(), valueOrigin.line(), valueOrigin.column() + offset)
        : valueOrigin;
  }
}
