package ofelia.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    commands.put("logs", new LogsCommand());
    commands.put("next", new NextCommand());
    commands.put("run", new RunCommand());
    commands.put("stop", new StopCommand());
    commands.put("reload", new ReloadCommand());
    commands.put("version", new VersionCommand());
    commands.put(COMPLETION, new CompletionCommand());
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
      return parseAndRun(args);
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

  private int parseAndRun(String[] args)
      throws CommandException, IOException, InterruptedException {
    Optional<String> word = commandWord(args);
    if (word.isPresent() && !commands.containsKey(word.get())) {
      return misused(
          commandLine(Optional.empty()), unknown("command", word.get(), commands.keySet()));
    }
    ParseResult given;
    try {
      given = commandLine(word).parseArgs(args);
    } catch (ParameterException e) {
      return misused(e.getCommandLine(), messageOf(e));
    }
    ParseResult innermost = given.hasSubcommand() ? given.subcommand() : given;
    if (innermost.isUsageHelpRequested()) {
      whole(innermost.commandSpec().commandLine()).usage(console.out(), scheme());
      return DONE;
    }
    Command command = commands.get(innermost.commandSpec().name());
    if (command == null) {
      return misused(innermost.commandSpec().commandLine(), "a command is missing");
    }
    return command.run(innermost, console);
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

  private static String messageOf(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      return word.startsWith("-")
          ? unknown("option", word, e.getCommandLine().getCommandSpec().optionsMap().keySet())
          : "unexpected \"" + word + "\"";
    }
    return String.valueOf(e.getMessage());
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

  private int misused(CommandLine where, String message) {
    failed(message);
    console.err().println();
    whole(where).usage(console.err(), scheme());
    return FAILED;
  }

  /// The same with all commands, for help.
  private CommandLine whole(CommandLine line) {
    return line.getParent() == null ? commandLine(Optional.empty()) : line;
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
    root.addOption(inherited(Options.value("PATH", ConfigOption.MEANING, ConfigOption.NAME)));
    root.addOption(
        inherited(
            Options.value(
                "LEVEL",
                "How much the daemon logs: debug, info, warn or error. Default: info.",
                LOG_LEVEL)));
    root.addOption(Options.flag("Show the version, wherever it stands.", "--version"));
    Map<String, String> exitCodes = new LinkedHashMap<>();
    exitCodes.put("0", "done; after a signal to the daemon: ended in order");
    exitCodes.put("1", "failed, invalid or misused");
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

  private static CommandLine.Model.OptionSpec inherited(CommandLine.Model.OptionSpec option) {
    return option.toBuilder().scopeType(ScopeType.INHERIT).build();
  }
}
