/// Text in, values out: INI files with positions, command words, durations, label keys, environment
/// files, `${VAR}` substitution, globs and spelling suggestions.
///
/// Everything here is pure: nothing reads a file, a clock or the environment, and no class starts a
/// thread or keeps state. The room imports the JDK only. What a key means is decided above, in
/// `config`.
///
/// Read [ofelia.syntax.IniFile] first.
@NullMarked
package ofelia.syntax;

import org.jspecify.annotations.NullMarked;
