/// Text with its origin becomes job definitions or problems.
@NullMarked
package ofelia.config;

import org.jspecify.annotations.NullMarked;
