package ofelia.app.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import ofelia.time.SystemTime;
import ofelia.time.Time;

/// The log of this process. There is one, because SLF4J's loggers are found from anywhere.
///
/// Safe for any thread.
public final class Log implements AutoCloseable {

  private static volatile LogLevel level = LogLevel.WARN;
  private static volatile Consumer<LogEntry> sink = Log::writeToStandardError;

  private static final Time TIME = new SystemTime();

  private final LogWriter writer;

  private Log(LogWriter writer) {
    this.writer = writer;
  }

  /// Sends the log to standard output, and to a file where the options name one, until it is
  /// closed.
  ///
  /// @throws IOException when the file cannot be opened; the log stays as it was
  public static Log open(LogOptions options) throws IOException {
    return open(options, standardOutput());
  }

  /// Sends the log to a stream, and to a file where the options name one, until it is closed.
  ///
  /// @param stdout unbuffered, see [#standardOutput]; not closed
  /// @throws IOException when the file cannot be opened; the log stays as it was
  public static Log open(LogOptions options, OutputStream stdout) throws IOException {
    ZoneId zone = ZoneId.systemDefault();
    LogWriter writer =
        LogWriter.start(
            stdout,
            options,
            entry -> lineOf(entry, options.format(), zone),
            text -> new LogEntry(TIME.millis(), LogLevel.WARN, text, List.of(), Optional.empty()));
    level = options.level();
    sink = writer::accept;
    return new Log(writer);
  }

  /// Not `System.out`: that one locks, encodes a second time, and hides that its reader has gone.
  public static OutputStream standardOutput() {
    return new FileOutputStream(FileDescriptor.out);
  }

  /// Changes how much is logged from now on.
  public static void setLevel(LogLevel wanted) {
    level = wanted;
  }

  /// Waits until everything said so far is written.
  ///
  /// @return false when that was not the case after `atMost`
  public boolean flush(Duration atMost) {
    return writer.flush(atMost);
  }

  /// Writes what is left, for at most a second or two. Later lines go to standard error.
  @Override
  public void close() {
    sink = Log::writeToStandardError;
    writer.close();
  }

  static boolean isOn(LogLevel asked) {
    return asked.compareTo(level) >= 0;
  }

  static void say(
      LogLevel at, String message, List<LogEntry.Pair> pairs, Optional<Throwable> thrown) {
    sink.accept(new LogEntry(TIME.millis(), at, message, pairs, thrown));
  }

  private static byte[] lineOf(LogEntry entry, LogFormat format, ZoneId zone) {
    StringBuilder line = new StringBuilder(160 + entry.message().length());
    format.write(entry, zone, line);
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void writeToStandardError(LogEntry entry) {
    byte[] line = lineOf(entry, LogFormat.TEXT, ZoneId.systemDefault());
    System.err.write(line, 0, line.length);
    System.err.flush();
  }
}
