/// Commands, output, exit codes.
@NullMarked
package ofelia.cli;

import org.jspecify.annotations.NullMarked;
