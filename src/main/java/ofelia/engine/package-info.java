/// The main flow, from a due instant to its recorded fate.
@NullMarked
package ofelia.engine;

import org.jspecify.annotations.NullMarked;
