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
import org.jspecify.annotations.Nullable;

/// A tape in a file, which is made when the first byte comes.
///
/// Written through a stream, not a channel: a channel is closed for everybody when one of its
/// writers is interrupted.
final class FileTape implements Tape {

  private final Path file;
  private @Nullable FileOutputStream out;

  FileTape(Path file) {
    this.file = file;
  }

  @Override
  public long size() throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  @Override
  public void append(byte[] bytes) throws IOException {
    FileOutputStream stream = out;
    if (stream == null) {
      StoreDirectory.makeFile(file);
      stream = new FileOutputStream(file.toFile(), true);
      out = stream;
    }
    stream.write(bytes);
  }

  @Override
  public InputStream read() throws IOException {
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException _) {
      return InputStream.nullInputStream();
    }
  }

  @Override
  public void cut(long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Override
  public void replace(byte[] bytes) throws IOException {
    close();
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    StoreDirectory.makeFile(fresh);
    Files.write(fresh, bytes);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
    Files.deleteIfExists(file);
  }
}
