package ofelia.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import ofelia.model.RunId;
import org.jspecify.annotations.Nullable;

/// Where output lies outside the database. Safe for any thread.
final class Outputs {

  private final @Nullable Path spoolDirectory;
  private final @Nullable Path fileDirectory;
  private final ConcurrentMap<String, MemoryTape> tapes = new ConcurrentHashMap<>();

  /// The spools that are there, of this start and, since [#sweep], of earlier ones.
  private final Set<String> spools = ConcurrentHashMap.newKeySet();

  /// @param directory the store's; null for one in memory, which keeps all output there
  Outputs(@Nullable Path directory) {
    this.spoolDirectory = directory == null ? null : StoreDirectory.spool(directory);
    this.fileDirectory = directory == null ? null : StoreDirectory.output(directory);
  }

  /// The tape of a living attempt. The same one, however often it is asked for.
  Tape tape(RunId run, int attempt) {
    String name = name(run, attempt);
    return spoolDirectory == null
        ? tapes.computeIfAbsent(name, _ -> new MemoryTape())
        : new FileTape(spoolDirectory, name, spools);
  }

  /// What a living attempt has printed so far.
  ///
  /// @throws NoSuchFileException when there is no spool: nothing was printed, or it is on record
  InputStream spooled(RunId run, int attempt) throws IOException {
    String name = name(run, attempt);
    if (spoolDirectory != null) {
      return Files.newInputStream(spoolDirectory.resolve(name));
    }
    MemoryTape tape = tapes.get(name);
    if (tape == null) {
      throw new NoSuchFileException(name);
    }
    return tape.read();
  }

  /// Where files go; null for a store in memory.
  @Nullable Path files() {
    return fileDirectory;
  }

  InputStream open(String file) throws IOException {
    if (fileDirectory == null) {
      throw new IOException("a store in memory has no files");
    }
    return KeptOutput.open(fileDirectory.resolve(file));
  }

  /// Deletes a spool whose output is kept elsewhere, or not at all.
  void forget(TapeSpool spool) throws IOException {
    spool.delete();
    tapes.remove(name(spool.run(), spool.attempt()));
  }

  void delete(String file) throws IOException {
    if (fileDirectory != null) {
      Files.deleteIfExists(fileDirectory.resolve(file));
    }
  }

  /// Deletes what a crash left behind: spools of attempts that are on record, and files that no
  /// record came to name.
  ///
  /// @param living attempts of open runs that are not on record, by [#name]
  void sweep(Set<String> living) throws IOException {
    if (spoolDirectory == null) {
      return;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(spoolDirectory)) {
      for (Path spool : found) {
        String name = String.valueOf(spool.getFileName());
        if (living.contains(name)) {
          spools.add(name);
        } else {
          Files.deleteIfExists(spool);
        }
      }
    }
    for (String name : living) {
      delete(name + ".gz");
    }
  }

  static String name(RunId run, int attempt) {
    return run + "-" + attempt;
  }
}
