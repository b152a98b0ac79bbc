/// One class per kind of work: exec, run, local. [LocalRunner] is the shortest one to read; its
/// processes live in [ofelia.runner.process].
@NullMarked
package ofelia.runner;

import org.jspecify.annotations.NullMarked;
