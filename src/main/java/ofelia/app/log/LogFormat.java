package ofelia.app.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a line of the log looks like. A line never holds a line break, and never more than
/// [#MAX_LINE] characters and a mark that says how many were cut.
public enum LogFormat {

  /// `time=… level=INFO msg="[Job \"NAME\" (ID)] Started - CMD" key=value`, as Go's
  /// `slog.TextHandler` writes it: local time with its offset, quotes only where a value needs
  /// them. `job` and `run` are left out of lines whose message names them already.
  TEXT {
    @Override
    void write(LogEntry entry, ZoneId zone, StringBuilder line) {
      TEXT_TIME.formatTo(Instant.ofEpochMilli(entry.atMillis()).atZone(zone), line.append("time="));
      line.append(" level=").append(entry.level()).append(" msg=");
      GoText.append(entry.message(), MAX_LINE, line);
      boolean named = entry.message().startsWith("[Job ");
      for (LogEntry.Pair pair : entry.pairs()) {
        if (!(named && NAMED_IN_MESSAGES.contains(pair.key()))) {
          appendText(pair.key(), pair.value().toString(), line);
        }
      }
      if (entry.thrown().isPresent()) {
        Throwable thrown = entry.thrown().get();
        appendText("error", thrown.toString(), line);
        appendText("stack", stackOf(thrown), line);
      }
      line.append('\n');
    }
  },

  /// One JSON object a line: `time` (UTC), `level`, `msg`, then every key, `run` and `job` among
  /// them.
  JSON {
    @Override
    void write(LogEntry entry, ZoneId zone, StringBuilder line) {
      Instant at = Instant.ofEpochMilli(entry.atMillis());
      JSON_TIME.formatTo(at.atOffset(ZoneOffset.UTC), line.append("{\"time\":\""));
      line.append("\",\"level\":\"").append(entry.level()).append("\",\"msg\":");
      JsonText.append(entry.message(), MAX_LINE, line);
      for (LogEntry.Pair pair : entry.pairs()) {
        if (line.length() < MAX_LINE) {
          JsonText.append(pair.key(), MAX_LINE, line.append(','));
          line.append(':');
          if (pair.value() instanceof Integer
              || pair.value() instanceof Long
              || pair.value() instanceof Boolean) {
            line.append(pair.value());
          } else {
            JsonText.append(pair.value().toString(), MAX_LINE, line);
          }
        }
      }
      if (entry.thrown().isPresent() && line.length() < MAX_LINE) {
        Throwable thrown = entry.thrown().get();
        JsonText.append(thrown.toString(), MAX_LINE, line.append(",\"error\":"));
        JsonText.append(stackOf(thrown), MAX_LINE, line.append(",\"stack\":"));
      }
      line.append("}\n");
    }
  };

  /// Where a line is cut, in characters.
  static final int MAX_LINE = 64 * 1024;

  private static final DateTimeFormatter TEXT_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);
  private static final DateTimeFormatter JSON_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);
  private static final Set<String> NAMED_IN_MESSAGES = Set.of("job", "run");

  /// The format of that name, in any case.
  public static Optional<LogFormat> find(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "text" -> Optional.of(TEXT);
      case "json" -> Optional.of(JSON);
      default -> Optional.empty();
    };
  }

  /// Appends the line with its line break.
  abstract void write(LogEntry entry, ZoneId zone, StringBuilder line);

  private static void appendText(String key, String value, StringBuilder line) {
    if (line.length() < MAX_LINE) {
      line.append(' ').append(key).append('=');
      GoText.append(value, MAX_LINE, line);
    }
  }

  private static String stackOf(Throwable thrown) {
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack));
    return stack.toString().strip();
  }
}
