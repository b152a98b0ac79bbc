package ofelia.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// A connection that keeps its prepared statements. Owned by one thread at a time.
///
/// Parameters are `Long`, `Integer`, `Boolean`, `String`, `byte[]` or null.
final class Sqlite implements AutoCloseable {

  /// Reads a row.
  interface Row<T> {
    T from(ResultSet row) throws SQLException;
  }

  static final String IN_MEMORY = ":memory:";

  /// How long a statement waits for another process that writes; only a person with a SQL shell can
  /// be one.
  private static final int BUSY_MILLIS = 5_000;

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  /// SQLite's own default.
  private boolean syncsCommits = true;

  private Sqlite(Connection connection) {
    this.connection = connection;
  }

  /// @param place a file, a `file:` URI, or [#IN_MEMORY]
  static Sqlite open(String place, boolean isReadOnly) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(isReadOnly);
    config.setBusyTimeout(BUSY_MILLIS);
    // Else the driver asks for the key of each row by a statement of its own.
    config.setGetGeneratedKeys(false);
    return new Sqlite(config.createConnection("jdbc:sqlite:" + place));
  }

  /// Runs statements that are needed once; several are separated by semicolons.
  void script(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  /// Sets or does something by a pragma, whose answers do not matter.
  void pragma(String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (statement.execute("PRAGMA " + text)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            // A pragma works row by row: it is done when the last one was taken.
          }
        }
      }
    }
  }

  /// Whether a commit returns only when it is on disk, as it does at first. In WAL mode, what is
  /// not synced is in the hands of the operating system, and on disk with the next commit that is.
  /// Never torn or out of order. Not to be called within a transaction.
  void syncCommits(boolean isSynced) throws SQLException {
    if (isSynced != syncsCommits) {
      pragma(isSynced ? "synchronous = FULL" : "synchronous = NORMAL");
      syncsCommits = isSynced;
    }
  }

  /// How many rows were written so far.
  long changes() throws SQLException {
    return number("SELECT total_changes()");
  }

  void begin() throws SQLException {
    update("BEGIN IMMEDIATE");
  }

  void commit() throws SQLException {
    update("COMMIT");
  }

  /// Ends a transaction that failed, whether SQLite has rolled it back already or not.
  void rollback() {
    try {
      update("ROLLBACK");
    } catch (SQLException _) {
      // Full disks and I/O errors end the transaction by themselves; then there is none to end.
    }
  }

  /// @return how many rows were changed
  int update(String sql, @Nullable Object... values) throws SQLException {
    return kept(sql, values, PreparedStatement::executeUpdate);
  }

  <T> List<T> list(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
    return kept(
        sql,
        values,
        statement -> {
          List<T> list = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              list.add(row.from(rows));
            }
          }
          return list;
        });
  }

  <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
    return kept(
        sql,
        values,
        statement -> {
          try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(row.from(rows)) : Optional.empty();
          }
        });
  }

  long number(String sql, @Nullable Object... values) throws SQLException {
    return first(sql, row -> row.getLong(1), values).orElse(0L);
  }

  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  /// Uses the kept statement. One that failed is not kept: the driver has ended it.
  private <T> T kept(String sql, @Nullable Object[] values, Use<T> use) throws SQLException {
    try {
      return use.of(bound(sql, values));
    } catch (SQLException e) {
      PreparedStatement failed = statements.remove(sql);
      if (failed != null) {
        failed.close();
      }
      throw e;
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object[] values) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      switch (values[i]) {
        case null -> statement.setNull(i + 1, Types.NULL);
        case Long number -> statement.setLong(i + 1, number);
        case Integer number -> statement.setInt(i + 1, number);
        case Boolean flag -> statement.setInt(i + 1, flag ? 1 : 0);
        case String text -> statement.setString(i + 1, text);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        default -> throw new IllegalArgumentException("no column holds a " + values[i].getClass());
      }
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : statements.values()) {
      statement.close();
    }
    statements.clear();
    connection.close();
  }
}
