/// Where jobs come from: INI files and container labels. Read [IniSource] first, then
/// [LabelSource].
///
/// Threads: each source that is followed has one, which ends when it is closed.
@NullMarked
package ofelia.source;

import org.jspecify.annotations.NullMarked;
