package ofelia.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia run`: has the daemon run a job now.
final class RunCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Options.command(
            "run",
            "Has the daemon run a job now, whatever its schedule says, and prints the number of the"
                + " run.",
            "ofelia run backup",
            "ofelia logs -f $(ofelia run backup)")
        .addPositional(Options.argument("JOB", "1", "The job's name."))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    String job = Options.argument(given).orElse("");
    String run = Sockets.ask(given, console, daemon -> daemon.runNow(job));
    if (Options.isSet(given, "--json")) {
      JsonLines.of(RunLine.class, console).print(new RunLine(run));
    } else {
      console.out().println(run);
    }
    return Main.DONE;
  }
}
