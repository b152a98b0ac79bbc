package ofelia.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.ledger.LedgerException;
import ofelia.syntax.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/// Where the program starts.
public final class Main {

  /// The exit code of everything that went wrong, as in the Go Ofelia; picocli's own would be 2.
  static final int FAILED = 1;

  static final int DONE = 0;

  private final Console console;
  private final Map<String, Command> commands = new LinkedHashMap<>();

  Main(Console console) {
    this.console = console;
    List<Command> inOrder =
        List.of(
            new DaemonCommand(),
            new ValidateCommand(),
            new JobsCommand(),
            new HistoryCommand(),
            new LogsCommand(),
            new NextCommand(),
            new RunCommand(),
            new StopCommand(),
            new ReloadCommand(),
            new VersionCommand(),
            new CompletionCommand());
    inOrder.forEach(command -> commands.put(command.spec().name(), command));
  }

  public static void main(String[] args) {
    Console console = Console.ofProcess();
    int exit = new Main(console).run(args);
    console.out().flush();
    console.err().flush();
    // Not a return: threads of a library must not keep a finished command alive.
    System.exit(exit);
  }

  /// Does what the arguments say.
  ///
  /// @return the exit code
  int run(String... args) {
    try {
      if (asksForVersion(args)) {
        console.out().println(VersionCommand.text());
        return DONE;
      }
      return run(commandLine(), args);
    } catch (CommandException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (LedgerException e) {
      return failed("cannot read the store: " + e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  private int run(CommandLine line, String[] args)
      throws CommandException, IOException, InterruptedException {
    ParseResult given;
    try {
      given = line.parseArgs(args);
    } catch (ParameterException e) {
      return misused(e);
    }
    ParseResult innermost = given.hasSubcommand() ? given.subcommand() : given;
    if (innermost.isUsageHelpRequested()) {
      innermost.commandSpec().commandLine().usage(console.out(), scheme());
      return DONE;
    }
    Command command = commands.get(innermost.commandSpec().name());
    if (command == null) {
      console.err().println("ofelia: a command is missing");
      usage(line);
      return FAILED;
    }
    return command.run(innermost, console);
  }

  private int misused(ParameterException e) {
    CommandLine where = e.getCommandLine();
    StringBuilder message = new StringBuilder("ofelia: ");
    Optional<String> unknown = unknownWord(e);
    if (unknown.isPresent()) {
      String word = unknown.get();
      boolean isOption = word.startsWith("-");
      boolean isCommand = !isOption && where.getParent() == null;
      message.append(isOption ? "unknown option " : isCommand ? "unknown command " : "unexpected ");
      message.append('"').append(word).append('"');
      List<String> known =
          isOption
              ? List.copyOf(where.getCommandSpec().optionsMap().keySet())
              : isCommand ? List.copyOf(commands.keySet()) : List.of();
      Nearest.of(nameOf(word), known)
          .ifPresent(nearest -> message.append("; did you mean \"").append(nearest).append("\"?"));
    } else {
      message.append(e.getMessage());
    }
    console.err().println(message);
    usage(where);
    return FAILED;
  }

  private static Optional<String> unknownWord(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()
        ? Optional.of(unmatched.getUnmatched().getFirst())
        : Optional.empty();
  }

  private static String nameOf(String option) {
    int equals = option.indexOf('=');
    return equals < 0 ? option : option.substring(0, equals);
  }

  private void usage(CommandLine where) {
    console.err().println();
    where.usage(console.err(), scheme());
  }

  private int failed(String message) {
    console.err().println("ofelia: " + message);
    return FAILED;
  }

  /// `--version` wins wherever it stands, as in the Go Ofelia.
  private static boolean asksForVersion(String[] args) {
    return Arrays.stream(args)
        .takeWhile(arg -> !arg.equals("--"))
        .anyMatch(arg -> arg.equals("--version"));
  }

  private Help.ColorScheme scheme() {
    return Help.defaultColorScheme(console.colours() ? Ansi.ON : Ansi.OFF);
  }

  /// The whole command line as picocli knows it.
  private CommandLine commandLine() {
    CommandSpec root =
        Options.command(
            "ofelia",
            "Runs scheduled commands where containers live.",
            "ofelia daemon --config examples/quickstart.ini",
            "ofelia history backup -n 5",
            "ofelia next '0 3 * * *' --zone Europe/Berlin");
    root.addOption(inherited(Options.value("PATH", ConfigOption.MEANING, ConfigOption.NAME)));
    root.addOption(
        inherited(
            Options.value(
                "LEVEL",
                "How much the daemon logs: debug, info, warn or error. Default: info.",
                "--log-level")));
    root.addOption(Options.flag("Show the version, wherever it stands.", "--version"));
    root.usageMessage()
        .synopsisSubcommandLabel("COMMAND")
        .commandListHeading("%nCommands:%n")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(
            Map.of(
                "0", "done; after a signal to the daemon: ended in order",
                "1", "failed, invalid or misused",
                "3", "the daemon ended and had to stop runs"));
    for (Map.Entry<String, Command> command : commands.entrySet()) {
      root.addSubcommand(command.getKey(), command.getValue().spec());
    }
    return new CommandLine(root);
  }

  private static CommandLine.Model.OptionSpec inherited(CommandLine.Model.OptionSpec option) {
    return option.toBuilder().scopeType(ScopeType.INHERIT).build();
  }
}
