package ofelia.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/// `--config`, which every command knows, before or after its name.
final class ConfigOption {

  static final String NAME = "--config";
  static final String DEFAULT = "/etc/ofelia/config.ini";
  static final String VARIABLE = "OFELIA_CONFIG";
  static final String MEANING =
      "Configuration file, or a pattern such as /etc/ofelia/*.ini. Default: $OFELIA_CONFIG, else "
          + DEFAULT
          + ".";

  private ConfigOption() {}

  /// The path or pattern that holds, whoever said so.
  static String pathOf(ParseResult given, Map<String, String> environment) {
    return pathOf(Options.find(given, NAME), environment);
  }

  /// @param flag what the command line says
  static String pathOf(Optional<String> flag, Map<String, String> environment) {
    return flag.or(
            () -> Optional.ofNullable(environment.get(VARIABLE)).filter(path -> !path.isEmpty()))
        .orElse(DEFAULT);
  }
}
