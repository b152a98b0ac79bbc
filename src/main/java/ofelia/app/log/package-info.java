/// The log's backend: what stands behind SLF4J in this program.
///
/// [ofelia.app.log.Log] is the door: the daemon opens it once, everybody else just asks SLF4J for a
/// logger. A line is shaped by [ofelia.app.log.LogFormat] and handed to [ofelia.app.log.LogWriter],
/// whose one thread `log-writer` writes it to standard output and, where wished,
/// [ofelia.app.log.RotatingFile].
///
/// Until the log is opened, warnings and errors go to standard error at once, on the caller's
/// thread.
@NullMarked
package ofelia.app.log;

import org.jspecify.annotations.NullMarked;
