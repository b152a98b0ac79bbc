package ofelia.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia completion`: what a shell needs to complete commands and options.
final class CompletionCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Options.command(
        "completion",
        "Prints a script that lets bash and zsh complete commands and options.",
        "source <(ofelia completion)");
  }

  @Override
  public int run(ParseResult given, Console console) {
    console.out().println(AutoComplete.bash("ofelia", given.commandSpec().root().commandLine()));
    return Main.DONE;
  }
}
