package ofelia.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import ofelia.ledger.LedgerException;

/// Brings a store to this program's tables, step by step, a transaction each. A step that has been
/// released is never changed: its checksum is kept in the store.
final class Migrations {

  /// Named here since a class path cannot be listed; a step's number is its place, from 1.
  private static final List<String> STEPS =
      List.of("001-ledger", "002-eras", "003-stop-requests", "004-calendars");

  private Migrations() {}

  /// Applies the steps that the store has not had yet.
  ///
  /// @throws LedgerException when the store is newer than this program, or had other steps
  static void apply(Sqlite store, long nowMillis) throws SQLException {
    store.script(
        """
        CREATE TABLE IF NOT EXISTS migration (
          number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum INTEGER NOT NULL, applied INTEGER NOT NULL)
        """);
    List<Applied> applied = applied(store);
    refuseOthers(applied);
    for (int i = applied.size(); i < STEPS.size(); i++) {
      String text = text(STEPS.get(i));
      store.begin();
      try {
        store.script(text);
        store.update(
            "INSERT INTO migration VALUES (?, ?, ?, ?)",
            i + 1,
            STEPS.get(i),
            checksum(text),
            nowMillis);
        store.commit();
      } catch (SQLException e) {
        store.rollback();
        throw e;
      }
    }
  }

  /// Refuses a store that has not exactly this program's tables.
  static void requireCurrent(Sqlite store) throws SQLException {
    Optional<String> table =
        store.first(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
            row -> row.getString(1));
    List<Applied> applied = table.isPresent() ? applied(store) : List.of();
    refuseOthers(applied);
    if (applied.size() < STEPS.size()) {
      throw new LedgerException(
          "the store was written by an older Ofelia; start the daemon of this version once to bring it up to date");
    }
  }

  private static List<Applied> applied(Sqlite store) throws SQLException {
    return store.list(
        "SELECT number, name, checksum FROM migration ORDER BY number",
        row -> new Applied(row.getInt(1), row.getString(2), row.getLong(3)));
  }

  private static void refuseOthers(List<Applied> applied) {
    if (applied.size() > STEPS.size()) {
      Applied newest = applied.getLast();
      throw new LedgerException(
          "the store was written by a newer Ofelia (its step %d \"%s\", this program knows %d); use that one, or another store"
              .formatted(newest.number, newest.name, STEPS.size()));
    }
    for (int i = 0; i < applied.size(); i++) {
      Applied step = applied.get(i);
      if (step.number != i + 1 || step.checksum != checksum(text(STEPS.get(i)))) {
        throw new LedgerException(
            "step %d \"%s\" of the store is not this program's \"%s\"; use the program that wrote the store"
                .formatted(step.number, step.name, STEPS.get(i)));
      }
    }
  }

  private static String text(String step) {
    try (InputStream in = Migrations.class.getResourceAsStream("/ofelia/sql/" + step + ".sql")) {
      if (in == null) {
        throw new IllegalStateException("resource ofelia/sql/" + step + ".sql is not packed");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Trouble.of("cannot read resource ofelia/sql/" + step + ".sql", e);
    }
  }

  private static long checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  private record Applied(int number, String name, long checksum) {}
}
