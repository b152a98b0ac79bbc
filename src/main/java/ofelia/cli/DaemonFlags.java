package ofelia.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import ofelia.config.DockerKeys;
import ofelia.config.Overrides;
import ofelia.model.Key;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The flags of [FlagTable] as picocli knows them.
final class DaemonFlags {

  /// Declared for all commands, see [Main].
  private static final Set<String> SHARED = Set.of("--log-level", "--store");

  private DaemonFlags() {}

  /// The options but for those that all commands have.
  static List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    FlagTable.keys()
        .forEach((name, key) -> {
          if (!SHARED.contains(name)) {
            options.add(option(name, key));
          }
        });
    FlagTable.WITHOUT_KEY.stream()
        .filter(name -> !FlagTable.keys().containsKey(name))
        .sorted()
        .forEach(name -> options.add(hidden(Options.value("VALUE", "No effect yet.", name))));
    return options;
  }

  /// What was given of a flag; several texts for a list.
  static List<String> values(ParseResult given, String name) {
    OptionSpec option = given.commandSpec().findOption(name);
    Object value = option == null ? null : option.getValue();
    return switch (value) {
      case null -> List.of();
      case String[] several -> List.of(several);
      default -> List.of(value.toString());
    };
  }

  private static OptionSpec option(String name, Key<?> key) {
    String meaning =
        key.meaning().replace("`", "")
            + key.fallback().map(value -> defaultText(key)).orElse("")
            + " Variable: "
            + Overrides.variable(key)
            + ".";
    if (key.type().word().equals("boolean")) {
      OptionSpec flag = Options.flag(meaning, name);
      return key.isEffective() ? flag : hidden(flag);
    }
    List<String> words = List.of(key.type().word().split(" / ", -1));
    if (words.size() > 1) {
      OptionSpec choice = Options.choice(words, meaning, name);
      return key.isEffective() ? choice : hidden(choice);
    }
    String label = key.type().word().toUpperCase(Locale.ROOT).replaceAll("[^A-Z].*", "");
    if (key.type().isList()) {
      String[] names = key == DockerKeys.FILTERS ? new String[] {"-f", name} : new String[] {name};
      OptionSpec list =
          OptionSpec.builder(names)
              .type(String[].class)
              .auxiliaryTypes(String.class)
              .arity("1")
              .paramLabel(label)
              .description(Options.escaped(meaning))
              .build();
      return key.isEffective() ? list : hidden(list);
    }
    OptionSpec value = Options.value(label, meaning, name);
    return key.isEffective() ? value : hidden(value);
  }

  private static <T> String defaultText(Key<T> key) {
    if (key.type().isList()) {
      return "";
    }
    String text = key.fallback().map(key.type()::format).orElse("");
    return text.isEmpty() ? "" : " Default: " + text + ".";
  }

  private static OptionSpec hidden(OptionSpec option) {
    return option.toBuilder().hidden(true).build();
  }

  /// The flags that do nothing, for the help.
  static Optional<String> unusedText() {
    List<String> names = FlagTable.unused();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of("Accepted, without effect yet: " + String.join(", ", names) + ".");
  }
}
