package ofelia.cli;

import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia help`: the same as `--help`.
final class HelpCommand implements Command {

  private final Set<String> commands;
  private final Pages pages;

  /// Prints the help of a command, or of the program.
  interface Pages {
    void print(Optional<String> command) throws CommandException;
  }

  /// @param commands all there are, this one included
  HelpCommand(Set<String> commands, Pages pages) {
    this.commands = commands;
    this.pages = pages;
  }

  @Override
  public CommandSpec spec() {
    return Options.command(
            "help", "Explains a command, as its --help does.", "ofelia help", "ofelia help history")
        .addPositional(
            Options.argument("COMMAND", "0..1", "The command's name.").toBuilder()
                .completionCandidates(commands)
                .build());
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    pages.print(Options.argument(given));
    return Main.DONE;
  }
}
