package ofelia.app.log;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.Level;

/// How much is logged: lines of this level and above.
public enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR,
  /// Nothing at all; not to be written by people.
  OFF;

  private static final Map<String, LogLevel> WORDS =
      Map.ofEntries(
          Map.entry("trace", DEBUG),
          Map.entry("debug", DEBUG),
          Map.entry("info", INFO),
          Map.entry("notice", INFO),
          Map.entry("warn", WARN),
          Map.entry("warning", WARN),
          Map.entry("error", ERROR),
          Map.entry("fatal", ERROR),
          Map.entry("panic", ERROR),
          Map.entry("critical", ERROR));

  /// The words that [#find] knows, the usual ones first, for messages.
  public static final String KNOWN_WORDS =
      "debug (or trace), info (notice), warn (warning), error (fatal, panic, critical)";

  /// The level that a person calls by the word, in any case.
  public static Optional<LogLevel> find(String word) {
    return Optional.ofNullable(WORDS.get(word.toLowerCase(Locale.ROOT)));
  }

  static LogLevel from(Level level) {
    return switch (level) {
      case TRACE, DEBUG -> DEBUG;
      case INFO -> INFO;
      case WARN -> WARN;
      case ERROR -> ERROR;
    };
  }
}
