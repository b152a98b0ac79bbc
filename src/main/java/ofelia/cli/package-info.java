/// The command line: words, output, exit codes.
///
/// Read [ofelia.cli.Main] first, then [ofelia.cli.Command], which each command implements. The
/// command line is described to picocli by plain calls, not by annotations: nothing is found by
/// reflection, and a command that lists jobs starts in the time that takes. The daemon, which lives
/// long, is started without it where its line is plain, see [ofelia.cli.PlainDaemonLine]. The room
/// starts no threads.
@NullMarked
package ofelia.cli;

import org.jspecify.annotations.NullMarked;
