package ofelia.cli;

import ofelia.web.ControlClient;
import ofelia.web.ProblemLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia reload`: has the daemon read its configuration again.
final class ReloadCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Options.command(
            "reload",
            "Has the daemon read its configuration again, and prints what is wrong with it. Exit"
                + " code 1 when it could not be read as a whole: what was in force before stays.",
            "ofelia reload")
        .addOption(
            Options.flag("The problems alone, as one JSON object a line, for programs.", "--json"))
        .addOption(Stores.option());
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    ControlClient.Reloaded reloaded = Sockets.ask(given, console, ControlClient::reload);
    boolean json = Options.isSet(given, "--json");
    if (json) {
      reloaded.problems().forEach(JsonLines.of(ProblemLine.class, console)::print);
    } else {
      reloaded
          .problems()
          .forEach(problem ->
              console.err().println(problem.severity() + ": " + problem.toProblem().text()));
    }
    if (!reloaded.isInForce()) {
      throw new CommandException(
          "not reloaded: " + reloaded.jobs() + " jobs stay in force as they were");
    }
    if (!json) {
      console.out().println(reloaded.jobs() + " jobs in force");
    }
    return Main.DONE;
  }
}
