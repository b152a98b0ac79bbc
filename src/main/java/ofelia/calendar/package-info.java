/// Named sets of dates and times: holidays, business days, hours in which nothing may run.
///
/// Read [Calendar] first. [CalendarText] is the grammar of the lines that people write, [IcsFile]
/// reads calendars that other programs export, [CalendarBook] turns calendars into text to be kept.
///
/// No clock is read, nothing is waited for, no thread is started. The library that reads iCalendar
/// files is loaded with the first such file.
@NullMarked
package ofelia.calendar;

import org.jspecify.annotations.NullMarked;
