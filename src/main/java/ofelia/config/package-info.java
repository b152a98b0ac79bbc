/// Text with its origin becomes jobs and settings, or problems.
///
/// Each key is declared once, in [ofelia.config.GlobalKeys], [ofelia.config.DockerKeys],
/// [ofelia.config.JobKeys], the keys of one kind of job such as [ofelia.config.RunKeys], or
/// [ofelia.config.AcceptedKeys]; that declaration reads it, checks it and documents it. Nothing
/// here reads a file, a clock or the environment: texts, variables and zone are passed in.
///
/// Read [ofelia.config.ConfigurationReader] first, then [ofelia.config.JobReader], which INI files
/// and labels share. The room starts no threads.
@NullMarked
package ofelia.config;

import org.jspecify.annotations.NullMarked;
