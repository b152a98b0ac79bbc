package ofelia.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.app.Daemon;

/// A command line of the daemon as it is nearly always written, read without picocli: what a
/// daemon's command line was parsed with stays in its memory for months (docs/performance.md has
/// the figures).
///
/// It knows `daemon` and then `--name value`, `--name=value` and `--flag`, each once, by the table
/// that picocli's options are made from. Everything else is left to picocli, mistakes and help
/// included; so this never says no.
final class PlainDaemonLine {

  private PlainDaemonLine() {}

  /// What picocli would understand; empty for a line that is not plain.
  static Optional<Daemon.Order> read(String[] args, Console console) {
    if (args.length == 0 || !args[0].equals("daemon")) {
      return Optional.empty();
    }
    Map<String, List<String>> given = new HashMap<>();
    for (int i = 1; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      String name = equals < 0 ? args[i] : args[i].substring(0, equals);
      boolean isFlag = FlagTable.isBoolean(name);
      if (!isFlag && !name.equals(ConfigOption.NAME) && !FlagTable.takesValue(name)) {
        return Optional.empty();
      }
      String value = equals < 0 ? "true" : args[i].substring(equals + 1);
      if (equals < 0 && isFlag && i + 1 < args.length && !args[i + 1].startsWith("--")) {
        return Optional.empty();
      }
      if (equals < 0 && !isFlag) {
        i++;
        value = i < args.length ? args[i] : "";
      }
      boolean isPlain =
          isFlag
              ? value.equals("true") || value.equals("false")
              : !value.isEmpty() && "-@\"'".indexOf(value.charAt(0)) < 0;
      List<String> values = given.computeIfAbsent(name, _ -> new ArrayList<>());
      if (!isPlain || (!values.isEmpty() && !FlagTable.isList(name))) {
        return Optional.empty();
      }
      values.add(value);
    }
    Optional<String> config = given.getOrDefault(ConfigOption.NAME, List.of()).stream().findFirst();
    return Optional.of(
        DaemonCommand.order(config, name -> given.getOrDefault(name, List.of()), console));
  }
}
