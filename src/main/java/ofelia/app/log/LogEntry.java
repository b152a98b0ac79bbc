package ofelia.app.log;

import java.util.List;
import java.util.Optional;

/// One thing said in the log.
///
/// @param atMillis when, epoch milliseconds
/// @param message may hold line breaks and anything else
/// @param pairs what it is about, in the order given
/// @param thrown what was caught
record LogEntry(
    long atMillis, LogLevel level, String message, List<Pair> pairs, Optional<Throwable> thrown) {

  /// @param value written as a number or boolean where it is one, else as its text
  record Pair(String key, Object value) {}
}
