/// The control socket: HTTP routes over the Unix socket beside the store.
@NullMarked
package ofelia.web;

import org.jspecify.annotations.NullMarked;
