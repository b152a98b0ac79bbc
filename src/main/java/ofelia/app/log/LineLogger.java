package ofelia.app.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/// A logger that shapes each call into a [LogEntry]. Levels are set for the whole program, and
/// lines say what happened, not which class said so. Loggers differ by one thing: what libraries
/// tell those who debug them, such as each SQL statement, is left out.
final class LineLogger extends LegacyAbstractLogger implements LoggingEventAware {

  private static final long serialVersionUID = 1L;

  private final boolean isOurs;

  LineLogger(String name) {
    this.name = name;
    this.isOurs = name.startsWith("ofelia.");
  }

  @Override
  public boolean isTraceEnabled() {
    return isOurs && Log.isOn(LogLevel.DEBUG);
  }

  @Override
  public boolean isDebugEnabled() {
    return isOurs && Log.isOn(LogLevel.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return Log.isOn(LogLevel.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return Log.isOn(LogLevel.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return Log.isOn(LogLevel.ERROR);
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    Log.say(
        LogLevel.from(level),
        String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments)),
        List.of(),
        Optional.ofNullable(thrown));
  }

  /// Calls of the fluent form, which have checked the level already.
  @Override
  public void log(LoggingEvent event) {
    Log.say(
        LogLevel.from(event.getLevel()),
        String.valueOf(
            MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray())),
        pairsOf(event),
        Optional.ofNullable(event.getThrowable()));
  }

  private static List<LogEntry.Pair> pairsOf(LoggingEvent event) {
    List<KeyValuePair> given = event.getKeyValuePairs();
    if (given == null) {
      return List.of();
    }
    List<LogEntry.Pair> pairs = new ArrayList<>(given.size());
    for (KeyValuePair pair : given) {
      pairs.add(new LogEntry.Pair(pair.key, pair.value == null ? "null" : pair.value));
    }
    return pairs;
  }
}
