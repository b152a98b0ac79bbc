package ofelia.app.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A file that is put aside when it has grown: `ofelia.log` becomes `ofelia.log.1`, that one
/// `ofelia.log.2`, and the oldest goes. Whole lines are never split. Owned by one thread.
final class RotatingFile extends OutputStream {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final long maxBytes;
  private final int kept;
  private OutputStream out;
  private long size;

  /// @param maxBytes a file is put aside before it would grow beyond this
  /// @param kept how many files there are at most, the present one included, at least 1
  private RotatingFile(Path path, long maxBytes, int kept) throws IOException {
    this.path = path;
    this.maxBytes = maxBytes;
    this.kept = kept;
    this.out = append(path);
    this.size = Files.size(path);
  }

  /// Opens the file to go on at its end; missing folders are made.
  static RotatingFile open(Path path, long maxBytes, int kept) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return new RotatingFile(path, maxBytes, kept);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /// Writes whole lines.
  @Override
  public void write(byte[] lines, int offset, int length) throws IOException {
    if (size > 0 && size + length > maxBytes) {
      rotate();
    }
    out.write(lines, offset, length);
    size += length;
  }

  private void rotate() throws IOException {
    out.close();
    for (int i = kept - 1; i > 0; i--) {
      Path older = numbered(i);
      Path newer = i == 1 ? path : numbered(i - 1);
      if (Files.exists(newer)) {
        Files.move(newer, older, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (kept == 1) {
      Files.deleteIfExists(path);
    }
    out = append(path);
    size = 0;
  }

  private Path numbered(int i) {
    return path.resolveSibling(path.getFileName() + "." + i);
  }

  /// A new file is its owner's alone: it holds commands and what they print.
  private static OutputStream append(Path path) throws IOException {
    if (Files.notExists(path)
        && path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    return new FileOutputStream(path.toFile(), true);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
