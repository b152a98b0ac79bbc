package ofelia.sql;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The output of an ended attempt, packed on the thread of whoever ended it, so that the writing
/// thread has only to store it: pieces for the database, or the name of a file that is on disk
/// already.
///
/// Packed for speed: level 1 takes 100 MB in about a second, and makes logs only a tenth larger
/// than the usual level.
///
/// @param bytes how much output of the process is in it
/// @param droppedBytes how much more there was
/// @param file its name in the output directory
record KeptOutput(
    int attempt, long bytes, long droppedBytes, List<Piece> pieces, Optional<String> file) {

  /// A part of the frames, cut anywhere. Smaller than its raw size when it is packed.
  static final class Piece {
    private final int rawBytes;
    private final byte[] packed;

    Piece(int rawBytes, byte[] packed) {
      this.rawBytes = rawBytes;
      this.packed = packed;
    }

    InputStream open() {
      InputStream in = new ByteArrayInputStream(packed);
      return packed.length == rawBytes ? in : new InflaterInputStream(in);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(KeptOutput.class);

  static final int PIECE_BYTES = 64 * 1024;

  /// Frames of up to this size go into the database.
  static final int MOST_IN_DATABASE = 256 * 1024;

  /// Below this, packing is not worth its time.
  private static final int LEAST_TO_PACK = 200;

  static final KeptOutput NONE = new KeptOutput(0, 0, 0, List.of(), Optional.empty());

  /// Packs what a closed spool holds.
  ///
  /// @param directory where files go; null for a store in memory, which takes everything into the
  ///   database
  static KeptOutput pack(TapeSpool spool, @Nullable Path directory) throws IOException {
    long size = spool.size();
    List<Piece> pieces = List.of();
    Optional<String> file = Optional.empty();
    if (size > MOST_IN_DATABASE && directory != null) {
      file = Optional.of(writeFile(spool, directory));
    } else if (size > 0) {
      pieces = pieces(spool);
    }
    return new KeptOutput(spool.attempt(), spool.keptBytes(), spool.droppedBytes(), pieces, file);
  }

  private static List<Piece> pieces(TapeSpool spool) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    try (InputStream in = spool.read()) {
      byte[] raw = in.readNBytes(PIECE_BYTES);
      while (raw.length > 0) {
        pieces.add(new Piece(raw.length, packed(raw)));
        raw = in.readNBytes(PIECE_BYTES);
      }
    }
    return pieces;
  }

  private static byte[] packed(byte[] raw) throws IOException {
    if (raw.length < LEAST_TO_PACK) {
      return raw;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater, 8 * 1024)) {
      out.write(raw);
    } finally {
      deflater.end();
    }
    return bytes.size() < raw.length ? bytes.toByteArray() : raw;
  }

  private static String writeFile(TapeSpool spool, Path directory) throws IOException {
    Path file = freshFile(directory, spool.run() + "-" + spool.attempt());
    try {
      try (InputStream in = spool.read();
          OutputStream out = new FastGzip(Files.newOutputStream(file))) {
        in.transferTo(out);
      }
      // Before a row names it, the file must be on disk, and so must its name.
      sync(file, StandardOpenOption.WRITE);
      sync(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return String.valueOf(file.getFileName());
  }

  /// A file of that name is there already when somebody records the end of a run twice. It is not
  /// ours to replace.
  private static Path freshFile(Path directory, String name) throws IOException {
    for (int i = 1; ; i++) {
      Path file = directory.resolve(name + (i == 1 ? ".gz" : "." + i + ".gz"));
      try {
        Files.createFile(file);
        return file;
      } catch (FileAlreadyExistsException e) {
        if (i == 100) {
          throw e;
        }
      }
    }
  }

  private static void sync(Path path, StandardOpenOption how) throws IOException {
    if (Files.isDirectory(path)
        && !path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      // Windows writes directories by itself, and refuses to open one.
      return;
    }
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  /// Puts the pieces into the transaction.
  void insert(Sqlite store, long run) throws SQLException {
    for (int i = 0; i < pieces.size(); i++) {
      store.update(
          "INSERT INTO chunk (run, attempt, number, raw_bytes, packed) VALUES (?, ?, ?, ?, ?)",
          run,
          attempt,
          i,
          pieces.get(i).rawBytes,
          pieces.get(i).packed);
    }
  }

  /// Takes the file away again, when the record that should have named it was refused.
  void forget(@Nullable Path directory) {
    if (directory == null || file.isEmpty()) {
      return;
    }
    try {
      Files.deleteIfExists(directory.resolve(file.get()));
    } catch (IOException e) {
      LOG.warn(
          "cannot delete output file \"{}\", which no record names: {}", file.get(), e.toString());
    }
  }

  /// The pieces kept for an attempt, in order.
  static List<Piece> find(Sqlite store, long run, int attempt) throws SQLException {
    return store.list(
        "SELECT raw_bytes, packed FROM chunk WHERE run = ? AND attempt = ? ORDER BY number",
        row -> new Piece(row.getInt(1), row.getBytes(2)),
        run,
        attempt);
  }

  @SuppressWarnings("JdkObsolete") // what SequenceInputStream takes; it opens one piece at a time
  static InputStream open(List<Piece> pieces) {
    Iterator<Piece> each = pieces.iterator();
    return new SequenceInputStream(
        new Enumeration<InputStream>() {
          @Override
          public boolean hasMoreElements() {
            return each.hasNext();
          }

          @Override
          public InputStream nextElement() {
            return each.next().open();
          }
        });
  }

  static InputStream open(Path file) throws IOException {
    return new GZIPInputStream(
        new BufferedInputStream(Files.newInputStream(file), PIECE_BYTES), PIECE_BYTES);
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, PIECE_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
