/// Where jobs come from: INI files and container labels.
@NullMarked
package ofelia.source;

import org.jspecify.annotations.NullMarked;
