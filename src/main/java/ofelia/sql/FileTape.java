package ofelia.sql;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A tape in a file, which is made when the first byte comes.
///
/// Written through a stream, not a channel: a channel is closed for everybody when one of its
/// writers is interrupted.
final class FileTape implements Tape {

  private final Path directory;
  private final String name;
  private final Set<String> made;
  private @Nullable FileOutputStream out;

  /// @param made the files that are in the directory, kept up to date by this; so that a run that
  ///   prints nothing, as most do, costs no look at the file system
  FileTape(Path directory, String name, Set<String> made) {
    this.directory = directory;
    this.name = name;
    this.made = made;
  }

  private Path file() {
    return directory.resolve(name);
  }

  @Override
  public long size() throws IOException {
    if (!made.contains(name)) {
      return 0;
    }
    try {
      return Files.size(file());
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  @Override
  public void append(byte[] bytes) throws IOException {
    FileOutputStream stream = out;
    if (stream == null) {
      made.add(name);
      StoreDirectory.makeFile(file());
      stream = new FileOutputStream(file().toFile(), true);
      out = stream;
    }
    stream.write(bytes);
  }

  @Override
  public InputStream read() throws IOException {
    try {
      return Files.newInputStream(file());
    } catch (NoSuchFileException _) {
      return InputStream.nullInputStream();
    }
  }

  @Override
  public void cut(long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Override
  public void replace(byte[] bytes) throws IOException {
    close();
    made.add(name);
    Path fresh = directory.resolve(name + ".new");
    Files.deleteIfExists(fresh);
    StoreDirectory.makeFile(fresh);
    Files.write(fresh, bytes);
    Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    FileOutputStream stream = out;
    out = null;
    if (stream != null) {
      stream.close();
    }
  }

  @Override
  public void delete() throws IOException {
    close();
    if (made.contains(name)) {
      Files.deleteIfExists(file());
      made.remove(name);
    }
  }
}
