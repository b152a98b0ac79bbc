package ofelia.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;

/// How often a program was begun: it writes that down itself, past its runner, in a file of this
/// machine that has the same name in its container. Needs an engine on this machine.
final class Beginnings {

  private static final Path FOLDER = folder();
  private static final AtomicInteger FILES = new AtomicInteger();

  /// What a container is given as a volume.
  static final String VOLUME = FOLDER + ":" + FOLDER;

  private final Path file = FOLDER.resolve(Integer.toString(FILES.incrementAndGet()));

  Beginnings() {
    file.toFile().deleteOnExit();
  }

  /// For every user, whom a container may run as.
  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("ofelia-test-begun");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The command of a shell that counts one more.
  String command() {
    return "echo >>" + file;
  }

  int count() {
    try {
      return Files.exists(file) ? Math.toIntExact(Files.size(file)) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
