/// What each outside door promises, as tests that run against each of its implementations.
@NullMarked
package ofelia.contract;

import org.jspecify.annotations.NullMarked;
