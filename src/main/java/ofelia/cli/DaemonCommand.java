package ofelia.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ofelia.app.Daemon;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia daemon`: runs jobs until a signal.
final class DaemonCommand implements Command {

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "daemon",
            "Runs the jobs of the configuration and of container labels until SIGTERM or SIGINT; a"
                + " second one hurries. SIGHUP reads the configuration again. A flag wins over its"
                + " environment variable, that over the file, the file over labels.",
            "ofelia daemon --config /etc/ofelia/config.ini",
            "ofelia daemon --config '/etc/ofelia/*.ini' --log-format json --shutdown-timeout 5m",
            "ofelia daemon --store :memory: --docker-filter label=com.example.team=web");
    spec.addOption(Stores.option());
    spec.usageMessage().abbreviateSynopsis(true);
    DaemonFlags.options().forEach(spec::addOption);
    DaemonFlags.unusedText()
        .ifPresent(
            text -> spec.usageMessage().footer(withLast(spec.usageMessage().footer(), text)));
    return spec;
  }

  private static String[] withLast(String[] lines, String last) {
    String[] all = Arrays.copyOf(lines, lines.length + 2);
    all[lines.length] = "";
    all[lines.length + 1] = Options.escaped(last);
    return all;
  }

  @Override
  public int run(ParseResult given, Console console) throws InterruptedException {
    console.out().flush();
    return Daemon.run(
        order(
            Options.find(given, ConfigOption.NAME),
            name -> DaemonFlags.values(given, name),
            console));
  }

  /// @param config what `--config` says
  /// @param values what was given of a flag
  static Daemon.Order order(
      Optional<String> config, Function<String, List<String>> values, Console console) {
    return new Daemon.Order(
        ConfigOption.pathOf(config, console.environment()),
        FlagTable.read(values),
        FlagTable.unused(values),
        console.environment(),
        console.zone());
  }
}
