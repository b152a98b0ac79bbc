/// Contracts: what outsiders may implement. [ofelia.plugin.Runner] does one kind of work,
/// [ofelia.plugin.JobSource] says which jobs there are.
@NullMarked
package ofelia.plugin;

import org.jspecify.annotations.NullMarked;
