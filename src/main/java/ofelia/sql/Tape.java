package ofelia.sql;

import java.io.IOException;
import java.io.InputStream;

/// Where a spool keeps its bytes. Owned by its spool, whose lock guards it; streams read beside it.
interface Tape {

  /// How many bytes are there, 0 when there is nothing.
  long size() throws IOException;

  void append(byte[] bytes) throws IOException;

  /// What was there when it was asked for, and perhaps what came later.
  InputStream read() throws IOException;

  /// Forgets what lies behind a position.
  void cut(long size) throws IOException;

  /// Replaces everything. Streams that read already go on in what was there before.
  void replace(byte[] bytes) throws IOException;

  /// Lets go of what is open; what is there can still be read.
  void close() throws IOException;

  /// Closes and forgets everything.
  void delete() throws IOException;
}
