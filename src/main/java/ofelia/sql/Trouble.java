package ofelia.sql;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.sql.SQLException;
import ofelia.ledger.LedgerException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Turns what the database and the file system say into words for the person who has to act.
final class Trouble {

  /// What to do where reading or writing is not permitted.
  static final String ADVICE = "; run this as that user, or name another store with --store";

  private Trouble() {}

  /// @param what was tried: `cannot read the store in "/var/lib/ofelia"`
  static LedgerException of(String what, Throwable cause) {
    return switch (cause) {
      case LedgerException told -> told;
      case SQLiteException sql -> new LedgerException(what + ": " + words(sql), sql);
      case SQLException sql -> new LedgerException(what + ": " + sql.getMessage(), sql);
      case AccessDeniedException denied ->
          new LedgerException(what + ": " + denied(denied), denied);
      case IOException io -> new LedgerException(what + ": " + io, io);
      default -> new LedgerException(what + ": " + cause, cause);
    };
  }

  private static String denied(AccessDeniedException e) {
    return e.getFile() == null
        ? "permission denied"
        : Permission.denied(Path.of(e.getFile())) + ADVICE;
  }

  private static String words(SQLiteException e) {
    // An extended code holds the plain one in its lowest byte.
    int code = e.getResultCode().code & 0xff;
    if (code == SQLiteErrorCode.SQLITE_FULL.code) {
      return "the disk is full; records are taken again when there is space";
    }
    if (code == SQLiteErrorCode.SQLITE_READONLY.code) {
      return "the store is read-only; make its directory writable";
    }
    if (code == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
      return "its file cannot be opened; check that directory and file may be read and written";
    }
    if (code == SQLiteErrorCode.SQLITE_BUSY.code) {
      return "another program holds the database locked; end its transaction";
    }
    if (code == SQLiteErrorCode.SQLITE_CORRUPT.code) {
      return "the database is damaged; restore a backup, or move the store away to begin a new one";
    }
    if (code == SQLiteErrorCode.SQLITE_NOTADB.code) {
      return "its file is not a SQLite database";
    }
    return String.valueOf(e.getMessage());
  }
}
