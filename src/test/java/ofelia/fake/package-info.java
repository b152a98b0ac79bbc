/// Doubles written by hand, for the tests of all rooms.
@NullMarked
package ofelia.fake;

import org.jspecify.annotations.NullMarked;
