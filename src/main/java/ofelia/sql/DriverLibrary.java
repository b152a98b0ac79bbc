package ofelia.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the database driver unpacks its native library, which must be a file to be loaded.
///
/// Left to itself it takes the temporary directory, a new name each time, and deletes the file when
/// the process ends in order: each daemon that is killed leaves a megabyte there. So a daemon gives
/// it a directory of the store, and clears that first. Readers of the store use the temporary
/// directory, since they hold no lock under which to clear anything.
final class DriverLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(DriverLibrary.class);

  /// Where the driver unpacks.
  private static final String UNPACKED_TO = "org.sqlite.tmpdir";

  /// Where it is unpacked already: nothing is to be done then.
  private static final String UNPACKED_IN = "org.sqlite.lib.path";

  /// It is loaded once in a process.
  private static final AtomicBoolean IS_LOADED = new AtomicBoolean();

  private DriverLibrary() {}

  /// Has the library loaded from a directory of the store, or from the temporary one where that
  /// cannot be, such as on a file system from which nothing may be executed.
  ///
  /// @param home held by this process
  static void load(StoreDirectory home) {
    boolean isElsewhere =
        System.getProperty(UNPACKED_IN) != null || System.getProperty(UNPACKED_TO) != null;
    if (isElsewhere || IS_LOADED.getAndSet(true)) {
      return;
    }
    try {
      Path directory = cleared(home);
      // Asked before: a driver that has failed once does not try again.
      if (mayHoldLibraries(directory)) {
        System.setProperty(UNPACKED_TO, directory.toString());
      }
    } catch (IOException e) {
      LOG.debug("The database's library is unpacked in the temporary directory", e);
    }
  }

  /// Whether a file there can be executed, and so loaded: not where the file system is mounted
  /// otherwise.
  private static boolean mayHoldLibraries(Path directory) throws IOException {
    if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return true;
    }
    Path probe = directory.resolve("probe");
    Files.createFile(
        probe, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      return Files.isExecutable(probe);
    } finally {
      Files.delete(probe);
    }
  }

  private static Path cleared(StoreDirectory home) throws IOException {
    Path directory = home.library();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> left = files.toList();
      for (Path file : left) {
        Files.delete(file);
      }
    }
    return directory;
  }
}
