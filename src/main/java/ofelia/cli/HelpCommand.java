package ofelia.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia help`: the same as `--help`.
final class HelpCommand implements Command {

  private final Pages pages;

  /// Prints the help of a command, or of the program.
  interface Pages {
    void print(Optional<String> command) throws CommandException;
  }

  HelpCommand(Pages pages) {
    this.pages = pages;
  }

  @Override
  public CommandSpec spec() {
    return Options.command(
            "help", "Explains a command, as its --help does.", "ofelia help", "ofelia help history")
        .addPositional(Options.argument("COMMAND", "0..1", "The command's name."));
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    pages.print(Options.argument(given));
    return Main.DONE;
  }
}
