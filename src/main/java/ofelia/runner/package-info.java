/// One class per kind of work: exec, run, local.
@NullMarked
package ofelia.runner;

import org.jspecify.annotations.NullMarked;
