package ofelia.cli;

import java.io.IOException;
import java.time.Duration;
import ofelia.ledger.History;
import ofelia.ledger.History.OutputPosition;
import ofelia.ledger.History.OutputReader;
import ofelia.model.RunId;
import ofelia.time.Signal;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia logs`: what a run printed, each stream to its own.
final class LogsCommand implements Command {

  /// How often a living run is looked at.
  private static final Duration PAUSE = Duration.ofMillis(200);

  @Override
  public CommandSpec spec() {
    return Options.command(
            "logs",
            "Prints the output of a run: what it wrote to standard output on standard output, the"
                + " rest on standard error. Works beside a running daemon and without one.",
            "ofelia logs 5e0700000012",
            "ofelia logs 12 -f")
        .addPositional(
            Options.argument(
                "RUN", "1", "The run's number, or the end of it when no other run ends so."))
        .addOption(Options.flag("Follow the output until the run has ended.", "-f", "--follow"))
        .addOption(Options.flag("Put the time before each line.", "-t", "--timestamps"))
        .addOption(Options.json())
        .addOption(Stores.option());
  }

  @Override
  public int run(ParseResult given, Console console)
      throws CommandException, IOException, InterruptedException {
    String wanted = Options.argument(given).orElse("");
    try (History history = Stores.open(given, console)) {
      RunId run = Stores.requireRun(wanted, history);
      OutputReader reader =
          Options.isSet(given, "--json")
              ? new OutputLines(run, console)
              : new OutputText(Options.isSet(given, "--timestamps"), console);
      boolean follow = Options.isSet(given, "--follow");
      Signal pause = console.time().newSignal();
      OutputPosition position = history.output(run, OutputPosition.START, reader);
      while (follow && !position.isComplete() && !console.isReaderGone()) {
        console.err().flush();
        pause.await(PAUSE);
        position = history.output(run, position, reader);
      }
      return Main.DONE;
    }
  }
}
