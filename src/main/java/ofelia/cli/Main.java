package ofelia.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ofelia.app.Daemon;
import ofelia.ledger.LedgerException;
import ofelia.syntax.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/// Where the program starts.
public final class Main {

  /// The exit code of what was understood and went wrong.
  static final int FAILED = 1;

  /// The exit code of a command line that cannot be understood.
  static final int MISUSED = 2;

  static final int DONE = 0;

  private static final int WIDEST_HELP = 100;

  /// What picocli needs to lay out options and their meaning side by side.
  private static final int LEAST_WIDTH = 55;

  private static final String COMPLETION = "completion";
  private static final String LOG_LEVEL = "--log-level";
  private static final Set<String> BEFORE_COMMANDS = Set.of(ConfigOption.NAME, LOG_LEVEL);

  private final Console console;
  private final Map<String, Command> commands = new LinkedHashMap<>();

  Main(Console console) {
    this.console = console;
    commands.put("daemon", new DaemonCommand());
    commands.put("validate", new ValidateCommand());
    commands.put("jobs", new JobsCommand());
    commands.put("history", new HistoryCommand());
    commands.put("why", new WhyCommand());
    commands.put("logs", new LogsCommand());
    commands.put("next", new NextCommand());
    commands.put("explain", new ExplainCommand());
    commands.put("run", new RunCommand());
    commands.put("backfill", new BackfillCommand());
    commands.put("stop", new StopCommand());
    commands.put("reload", new ReloadCommand());
    commands.put("version", new VersionCommand());
    commands.put(COMPLETION, new CompletionCommand());
    commands.put("help", new HelpCommand(commands.keySet(), this::printHelp));
  }

  public static void main(String[] args) {
    Console console = Console.ofProcess();
    Optional<Daemon.Order> order = PlainDaemonLine.read(args, console);
    int exit = order.isPresent() ? runDaemon(order.get()) : new Main(console).run(args);
    console.out().flush();
    console.err().flush();
    // Not a return: threads of a library must not keep a finished command alive.
    System.exit(exit);
  }

  private static int runDaemon(Daemon.Order order) {
    try {
      return Daemon.run(order);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
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
      return parseAndRun(args);
    } catch (CommandException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (ReaderGoneException _) {
      return DONE;
    } catch (LedgerException e) {
      return failed(String.valueOf(e.getMessage()));
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

  private int parseAndRun(String[] args)
      throws CommandException, IOException, InterruptedException {
    Optional<String> word = commandWord(args).filter(commands::containsKey);
    ParseResult given;
    try {
      given = commandLine(word).parseArgs(args);
    } catch (ParameterException e) {
      return misused(nameOf(e.getCommandLine()), messageOf(e));
    }
    ParseResult innermost = given.hasSubcommand() ? given.subcommand() : given;
    if (innermost.isUsageHelpRequested()) {
      printUsage(innermost.commandSpec().commandLine(), console.out());
      return DONE;
    }
    Command command = commands.get(innermost.commandSpec().name());
    if (command == null) {
      // Most likely the first thing that a newcomer types.
      failed("a command is missing");
      console.err().println();
      printUsage(innermost.commandSpec().commandLine(), console.err());
      return MISUSED;
    }
    try {
      return command.run(innermost, console);
    } catch (CommandException e) {
      if (!e.isMisuse()) {
        throw e;
      }
      return misused(nameOf(innermost.commandSpec().commandLine()), String.valueOf(e.getMessage()));
    }
  }

  /// The first word that is no option, nor the value of one of those that may stand before it.
  private static Optional<String> commandWord(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (BEFORE_COMMANDS.contains(args[i])) {
        i++;
      } else if (!args[i].startsWith("-")) {
        return Optional.of(args[i]);
      }
    }
    return Optional.empty();
  }

  private String messageOf(ParameterException e) {
    CommandLine line = e.getCommandLine();
    return switch (e) {
      case UnmatchedArgumentException unmatched when !unmatched.getUnmatched().isEmpty() -> {
        String word = unmatched.getUnmatched().getFirst();
        if (word.startsWith("-")) {
          yield unknown("option", word, line.getCommandSpec().optionsMap().keySet());
        }
        yield line.getParent() == null
            ? unknown("command", word, commands.keySet())
            : "unexpected \"" + word + "\"";
      }
      case MissingParameterException missing when !missing.getMissing().isEmpty() ->
          missing(missing.getMissing().getFirst());
      // Of all options only flags are read by picocli itself.
      default ->
          e.getArgSpec() instanceof OptionSpec flag && e.getValue() != null
              ? flag.longestName() + " \"" + e.getValue() + "\" is neither true nor false"
              : String.valueOf(e.getMessage());
    };
  }

  private static String missing(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? option.longestName()
            + " needs a value: "
            + option.longestName()
            + " "
            + option.paramLabel()
        : argument.paramLabel() + " is missing";
  }

  private static String unknown(String what, String word, Collection<String> known) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    return "unknown "
        + what
        + " \""
        + word
        + "\""
        + Nearest.of(name, known).map(near -> "; did you mean \"" + near + "\"?").orElse("");
  }

  private int misused(String command, String message) {
    failed(message);
    console.err().println("see " + command + " --help");
    return MISUSED;
  }

  /// `ofelia`, or `ofelia history`.
  private static String nameOf(CommandLine line) {
    return line.getCommandSpec().qualifiedName(" ");
  }

  private void printHelp(Optional<String> command) throws CommandException {
    if (command.isPresent() && !commands.containsKey(command.get())) {
      throw CommandException.misuse(unknown("command", command.get(), commands.keySet()));
    }
    CommandLine root = commandLine(command);
    printUsage(command.map(root.getSubcommands()::get).orElse(root), console.out());
  }

  /// With all commands, where it is the help of the program.
  private void printUsage(CommandLine line, PrintStream to) {
    CommandLine whole = line.getParent() == null ? commandLine(Optional.empty()) : line;
    whole.setUsageHelpWidth(
        Math.clamp(console.width().orElse(WIDEST_HELP), LEAST_WIDTH, WIDEST_HELP));
    whole.usage(to, scheme());
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

  /// The command line as picocli knows it: with the command that is meant, or with all of them
  /// where none is named. Describing them all takes longer than most of them run.
  private CommandLine commandLine(Optional<String> word) {
    Collection<String> shown =
        word.isEmpty() || word.get().equals(COMPLETION) ? commands.keySet() : Set.of(word.get());
    CommandSpec root =
        Options.command(
            "ofelia",
            "Runs scheduled commands where containers live.",
            "ofelia daemon --config examples/quickstart.ini",
            "ofelia history backup -n 5",
            "ofelia next '0 3 * * *' --zone Europe/Berlin");
    root.addOption(inherited(Options.path(ConfigOption.MEANING, ConfigOption.NAME)));
    root.addOption(
        inherited(
            Options.choice(
                List.of("debug", "info", "warn", "error"),
                "How much the daemon logs. Default: info.",
                LOG_LEVEL)));
    root.addOption(Options.flag("Show the version, wherever it stands.", "--version"));
    Map<String, String> exitCodes = new LinkedHashMap<>();
    exitCodes.put("0", "done; after a signal to the daemon: ended in order");
    exitCodes.put("1", "failed, or invalid");
    exitCodes.put("2", "the command line cannot be understood");
    exitCodes.put("3", "the daemon ended and had to stop runs");
    root.usageMessage()
        .synopsisSubcommandLabel("COMMAND")
        .commandListHeading("%nCommands:%n")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes);
    commands.forEach((name, command) -> {
      if (shown.contains(name)) {
        root.addSubcommand(name, command.spec());
      }
    });
    return new CommandLine(root).setHelpFactory(PlainHelp::new);
  }

  private static OptionSpec inherited(OptionSpec option) {
    return option.toBuilder().scopeType(ScopeType.INHERIT).build();
  }
}
