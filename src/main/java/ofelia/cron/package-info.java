/// Schedules: from the text that a person wrote to the instants at which something is due.
///
/// Read [Schedule] first: it is the whole of what other rooms use, and its comment is the grammar.
/// [CronSchedule] explains how the next instant is found and what happens when clocks change.
/// [Forecast] is the answer for people: a sentence, the next instants, notes on the clocks.
///
/// Everything here is pure: no clock is read, nothing is waited for, no thread is started. The room
/// uses the JDK, and of the other rooms `syntax` alone.
@NullMarked
package ofelia.cron;

import org.jspecify.annotations.NullMarked;
