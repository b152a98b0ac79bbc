/// The ledger on SQLite.
@NullMarked
package ofelia.sql;

import org.jspecify.annotations.NullMarked;
