/// The ledger on SQLite: one directory, one writing thread, any number of readers.
///
/// ```
/// STORE/ofelia.db         all records; -wal and -shm beside it belong to SQLite
/// STORE/ofelia.lock       held by the daemon; its text names it
/// STORE/spool/RUN-N       what attempt N of a living run has printed so far
/// STORE/output/RUN-N.gz   outputs too large for the database
/// ```
///
/// Read [ofelia.sql.SqliteLedger] first, then [ofelia.sql.Scribe], which makes many records durable
/// with one sync, and [ofelia.sql.SqliteHistory], which reads from any process. The tables are in
/// `ofelia/sql/001-ledger.sql` and the steps after it. The room starts one platform thread for each
/// ledger, `ledger`.
@NullMarked
package ofelia.sql;

import org.jspecify.annotations.NullMarked;
