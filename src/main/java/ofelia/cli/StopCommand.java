package ofelia.cli;

import java.util.List;
import java.util.Optional;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.RunId;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia stop`: has the daemon end a run.
final class StopCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Options.command(
            "stop",
            "Has the daemon end a run by its own stop signal, or take it out of those that wait."
                + " Does not wait for its end.",
            "ofelia stop 5e0700000012",
            "ofelia stop 12")
        .addPositional(
            Options.argument(
                "RUN", "1", "The run's number, or the end of it when no other run ends so."))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  @Override
  public int run(ParseResult given, Console console) throws CommandException {
    String wanted = Options.argument(given).orElse("");
    Optional<RunId> whole = RunId.parse(wanted);
    RunId run = whole.isPresent() ? whole.get() : runOf(wanted, given, console);
    Sockets.ask(
        given,
        console,
        daemon -> {
          daemon.stop(run);
          return run;
        });
    if (Options.isSet(given, "--json")) {
      JsonLines.of(RunLine.class, console).print(new RunLine(run.toString()));
    } else {
      console.out().println("run " + run + " is being stopped");
    }
    return Main.DONE;
  }

  /// The run that goes on and ends so: only such a one can be meant, whatever older ones there are.
  private static RunId runOf(String wanted, ParseResult given, Console console)
      throws CommandException {
    try (History history = Stores.open(given, console)) {
      List<HistoryEntry> running =
          history.find(wanted).stream().filter(entry -> entry.fate().equals("running")).toList();
      return running.size() == 1
          ? running.getFirst().run().orElseThrow()
          : Stores.requireRun(wanted, history).run().orElseThrow();
    }
  }
}
