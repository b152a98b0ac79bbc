/// Text with its origin becomes jobs and settings, or problems.
///
/// Each key is declared once, in the class of its section or kind of job, all of which
/// [ofelia.config.Keys] brings together; that declaration reads it, checks it and documents it.
/// Nothing here reads a clock or the environment, nor a file but those that calendars name: texts,
/// variables and zone are passed in.
///
/// Read [ofelia.config.ConfigurationReader] first, then [ofelia.config.JobReader], which INI files
/// and labels share. The room starts no threads.
@NullMarked
package ofelia.config;

import org.jspecify.annotations.NullMarked;
