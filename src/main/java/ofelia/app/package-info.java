/// Builds, starts and stops everything in order; the only room that says new across rooms.
@NullMarked
package ofelia.app;

import org.jspecify.annotations.NullMarked;
