/// Contracts: what must survive a crash. [ofelia.ledger.Ledger] is written by the daemon that holds
/// the store, [ofelia.ledger.History] is read by anybody, also from another process and while no
/// daemon runs.
///
/// ## The records
///
/// A **job book** knows each job that was ever registered: its name, its present definition, its
/// *cursor* (how far its due instants have been dealt with) and its *anchor* (from where `@every`
/// counts). A **run** is one occurrence that was claimed; it is open until it gets its fate. A
/// **stretch** is a row of consecutive due instants that share one fate, and nothing was begun for
/// any of them. Cursor and row move in one transaction: no due instant is without its record, and
/// none has two, even when old history is deleted.
///
/// A clock that is set back opens a new **era**, which is part of what an occurrence is: job,
/// instant and era. So instants that come again are told from those on record.
///
/// ## Who owns a run
///
/// Each open run carries the *fence* of its owner: on a single node the number of the daemon's
/// start (its *boot*), which the store counts up under its lock. No clock decides. A record offered
/// under an older fence is rejected.
@NullMarked
package ofelia.ledger;

import org.jspecify.annotations.NullMarked;
