package ofelia.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import ofelia.ledger.History;
import ofelia.sql.SqliteHistory;
import ofelia.time.SystemTime;
import ofelia.time.Time;

/// What a command sees of the world: its streams, the environment, the clock, the stores.
///
/// @param out buffered; whoever wants lines to appear flushes
/// @param colours whether output may be coloured
/// @param width of the terminal in characters, where it is known
/// @param stores opens the store in a directory for reading
record Console(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean colours,
    OptionalInt width,
    Time time,
    ZoneId zone,
    Function<Path, History> stores) {

  /// The process's own.
  static Console ofProcess() {
    Map<String, String> environment = System.getenv();
    boolean terminal = isTerminal();
    boolean colours =
        terminal
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Console(
        stream(FileDescriptor.out, 1 << 16),
        stream(FileDescriptor.err, 1 << 10),
        environment,
        colours,
        terminal ? columns(environment) : OptionalInt.empty(),
        new SystemTime(),
        ZoneId.systemDefault(),
        SqliteHistory::open);
  }

  @SuppressWarnings(
      "SystemConsoleNull") // Since JDK 25 it is null again where there is no terminal.
  private static boolean isTerminal() {
    java.io.Console terminal = System.console();
    return terminal != null && terminal.isTerminal();
  }

  /// UTF-8 whatever the locale says: job names and output are.
  private static PrintStream stream(FileDescriptor descriptor, int bufferBytes) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), bufferBytes),
        false,
        StandardCharsets.UTF_8);
  }

  private static OptionalInt columns(Map<String, String> environment) {
    try {
      int columns = Integer.parseInt(environment.getOrDefault("COLUMNS", "0"));
      return columns >= 40 ? OptionalInt.of(columns) : OptionalInt.empty();
    } catch (NumberFormatException _) {
      // Somebody's own variable of that name: the width is not known.
      return OptionalInt.empty();
    }
  }

  /// Whether the reader of standard output has gone, e.g. `head` that has seen enough.
  boolean isReaderGone() {
    return out.checkError();
  }

  /// Leaves the command when nobody reads its output any more.
  void requireReader() {
    if (isReaderGone()) {
      throw new ReaderGoneException();
    }
  }
}
