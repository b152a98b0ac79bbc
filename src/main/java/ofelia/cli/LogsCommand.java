package ofelia.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import ofelia.ledger.History;
import ofelia.ledger.History.OutputPosition;
import ofelia.ledger.History.OutputReader;
import ofelia.ledger.HistoryEntry;
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
                + " rest on standard error, and last why it did not succeed. Works beside a running"
                + " daemon and without one.",
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
    Path store = Stores.find(given, console);
    try (History history = console.stores().apply(store)) {
      RunId run = Stores.requireRun(wanted, history).run().orElseThrow();
      OutputReader reader =
          Options.isSet(given, "--json")
              ? new OutputLines(run, console)
              : new OutputText(Options.isSet(given, "--timestamps"), console);
      boolean follow = Options.isSet(given, "--follow");
      Signal pause = console.time().newSignal();
      OutputPosition position = history.output(run, OutputPosition.START, reader);
      boolean hasDaemon = position.isComplete() || Sockets.isAnswered(store);
      while (follow && hasDaemon && !position.isComplete()) {
        console.requireReader();
        console.err().flush();
        pause.await(PAUSE);
        position = history.output(run, position, reader);
        hasDaemon = Sockets.isAnswered(store);
      }
      HistoryEntry entry = Stores.requireRun(run.toString(), history);
      printReason(entry, reader, console);
      if (!position.isComplete() && !hasDaemon) {
        Stores.warnOfNoDaemon(store, "nobody follows the run", console);
      }
      return Main.DONE;
    }
  }

  /// A run that never began has printed nothing, and of one that failed people want to know why.
  private static void printReason(HistoryEntry entry, OutputReader reader, Console console)
      throws IOException {
    if (!entry.reason().isEmpty()) {
      long at = entry.endedMillis() == 0 ? console.time().millis() : entry.endedMillis();
      reader.mark(at, entry.outcome().orElse(entry.fate()) + ": " + entry.reason());
    }
  }
}
