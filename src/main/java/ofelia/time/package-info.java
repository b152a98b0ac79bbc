/// Clock, waiting and threads, as things to pass in, so that a month of schedule runs in a test
/// within a second.
///
/// Read [ofelia.time.Time] first. Nothing else in the program asks the machine for the time of day
/// or sleeps. The room starts no threads by itself; [ofelia.time.Crew] starts those of its callers.
@NullMarked
package ofelia.time;

import org.jspecify.annotations.NullMarked;
