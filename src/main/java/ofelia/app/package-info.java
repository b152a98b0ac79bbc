/// Builds, starts and stops everything in order; the only room that says new across rooms.
///
/// Read [ofelia.app.Daemon] first: its order of steps is the program's. [ofelia.app.StorePlaces]
/// says where the store lies, to the daemon and to the commands that read. The log's backend is in
/// [ofelia.app.log].
///
/// Threads: `log-writer`, `housekeeper`, `gap-watch`, one for each engine that removes what a crash
/// left there, and short ones for reloads. The daemon itself lives on the thread that calls it.
@NullMarked
package ofelia.app;

import org.jspecify.annotations.NullMarked;
