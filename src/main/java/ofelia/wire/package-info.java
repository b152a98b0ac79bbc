/// HTTP/1.1 over any byte stream, with a deadline on each call.
@NullMarked
package ofelia.wire;

import org.jspecify.annotations.NullMarked;
