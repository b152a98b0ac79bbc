package ofelia.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ofelia.ledger.LedgerException;
import org.jspecify.annotations.Nullable;

/// The directory of a store, held by one daemon at a time.
///
/// The lock is the operating system's, so it goes with the process however that ends. The file's
/// text only names the holder. The system gives up a process's lock when the process closes *any*
/// of its handles of the file; so a second ledger in the same process is refused before it touches
/// the file.
final class StoreDirectory implements AutoCloseable {

  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /// WAL needs memory shared by all that open the database, which these do not give across hosts.
  private static final Set<String> NETWORK_FILE_SYSTEMS =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb2",
          "smb3",
          "smbfs",
          "afs",
          "ncpfs",
          "glusterfs",
          "fuse.glusterfs",
          "fuse.sshfs",
          "fuse.s3fs",
          "fuse.rclone");

  private final Path directory;
  private final FileChannel channel;
  private final FileLock lock;

  private StoreDirectory(Path directory, FileChannel channel, FileLock lock) {
    this.directory = directory;
    this.channel = channel;
    this.lock = lock;
  }

  static Path database(Path directory) {
    return directory.resolve("ofelia.db");
  }

  static Path spool(Path directory) {
    return directory.resolve("spool");
  }

  static Path output(Path directory) {
    return directory.resolve("output");
  }

  /// Makes what is missing, for the owner only, and takes the lock.
  ///
  /// @throws LedgerException when another daemon holds the store, or it lies on a network file
  ///   system
  static StoreDirectory hold(Path wanted) throws IOException {
    makeDirectory(wanted);
    Path directory = wanted.toRealPath();
    refuseUnfit(directory);
    makeDirectory(spool(directory));
    makeDirectory(output(directory));
    makeFile(database(directory));
    if (!HELD.add(directory)) {
      throw new LedgerException(
          "the store in \"%s\" is held by this very process".formatted(directory));
    }
    boolean isLocked = false;
    try {
      StoreDirectory home = lock(directory);
      isLocked = true;
      return home;
    } finally {
      if (!isLocked) {
        HELD.remove(directory);
      }
    }
  }

  private static StoreDirectory lock(Path directory) throws IOException {
    Path file = directory.resolve("ofelia.lock");
    makeFile(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (lock == null) {
      String holder = text(channel);
      channel.close();
      throw new LedgerException(
          "the store in \"%s\" is held by another daemon (%s); stop that one, or name another store"
              .formatted(directory, holder.isEmpty() ? "unknown" : holder));
    }
    channel.truncate(0);
    String name = "pid %d on %s\n".formatted(ProcessHandle.current().pid(), host());
    channel.write(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)), 0);
    return new StoreDirectory(directory, channel, lock);
  }

  Path path() {
    return directory;
  }

  /// A directory for what the holder alone needs, while it holds the store; made when it is
  /// missing.
  Path library() throws IOException {
    Path library = directory.resolve("library");
    makeDirectory(library);
    return library;
  }

  @Override
  public void close() throws IOException {
    try {
      lock.release();
      channel.close();
    } finally {
      HELD.remove(directory);
    }
  }

  /// Makes a directory for its owner only, and those above it that are missing.
  private static void makeDirectory(Path directory) throws IOException {
    // Asked first: createDirectories refuses a link to a directory.
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, forOwner(directory, "rwx------"));
    }
  }

  static void makeFile(Path file) throws IOException {
    try {
      Files.createFile(file, forOwner(file, "rw-------"));
    } catch (FileAlreadyExistsException _) {
      // It keeps the mode that it has.
    }
  }

  private static FileAttribute<?>[] forOwner(Path path, String mode) {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
    };
  }

  private static void refuseUnfit(Path directory) throws IOException {
    if (directory.toString().indexOf('?') >= 0) {
      throw new LedgerException(
          "the store cannot lie in \"%s\": its path has a question mark".formatted(directory));
    }
    String type = Files.getFileStore(directory).type();
    if (isNetwork(type)) {
      throw new LedgerException(
          "the store cannot lie in \"%s\": %s is a network file system, on which the database would be damaged; name a directory on a local disk"
              .formatted(directory, type));
    }
  }

  static boolean isNetwork(String fileSystemType) {
    return NETWORK_FILE_SYSTEMS.contains(fileSystemType);
  }

  private static String text(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(200);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
  }

  /// Not from InetAddress, which may ask a name server and wait.
  private static String host() {
    Path kernel = Path.of("/proc/sys/kernel/hostname");
    try {
      if (Files.isReadable(kernel)) {
        return Files.readString(kernel).strip();
      }
    } catch (IOException _) {
      // Only a name for people; the environment may have one.
    }
    String windows = System.getenv("COMPUTERNAME");
    String name = windows == null ? System.getenv("HOSTNAME") : windows;
    return name == null ? "this host" : name;
  }
}
