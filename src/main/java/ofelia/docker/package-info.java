/// The engine's API: calls, events, streams.
@NullMarked
package ofelia.docker;

import org.jspecify.annotations.NullMarked;
