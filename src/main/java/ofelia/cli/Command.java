package ofelia.cli;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// A command: the word after `ofelia`.
interface Command {

  /// Name, options and help.
  CommandSpec spec();

  /// Does it.
  ///
  /// @return the exit code
  /// @throws CommandException when it cannot be done, for reasons that the person can read
  int run(ParseResult given, Console console)
      throws CommandException, IOException, InterruptedException;
}
