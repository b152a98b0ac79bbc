package ofelia.app.log;

import java.nio.file.Path;
import java.util.Optional;

/// How the daemon's log is kept.
///
/// @param level what is logged at first; [Log#setLevel] changes it later
/// @param file a file beside standard output
/// @param fileBytes when the file is put aside for a new one, at least 1
/// @param files how many files are kept, the present one included, at least 1
public record LogOptions(
    LogLevel level, LogFormat format, Optional<Path> file, long fileBytes, int files) {

  public static final LogOptions DEFAULT =
      new LogOptions(LogLevel.INFO, LogFormat.TEXT, Optional.empty(), 10L << 20, 5);
}
