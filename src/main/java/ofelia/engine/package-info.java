/// The main flow: from a set of jobs and the clock to a recorded fate for each due instant. Knows
/// nothing of containers, SQL or mail; the whole of it runs in memory and in virtual time in a
/// test.
///
/// ```
/// JobSet -> Timekeeper (Planner) -> Dispatcher (Gate) -> Worker -> Recorder
///  diff      Claim                    Verdict             Outcome   Fate
/// ```
///
/// Read [ofelia.engine.Scheduler], the door, then [ofelia.engine.Timekeeper], whose thread owns all
/// state, with [ofelia.engine.Dispatcher]: others send it messages. Threads: one loop `timekeeper`,
/// one thread for each run, short ones that record.
@NullMarked
package ofelia.engine;

import org.jspecify.annotations.NullMarked;
