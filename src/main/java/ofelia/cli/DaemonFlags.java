package ofelia.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ofelia.config.DockerKeys;
import ofelia.config.Keys;
import ofelia.config.Overrides;
import ofelia.config.Places;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The flags of `ofelia daemon`: one for each key of `[global]` and `[docker]`, by one rule, and
/// those of the Go Ofelia that do nothing yet.
///
/// A key of `[global]` is `--KEY`, one of `[docker]` `--docker-KEY`. Flags that do nothing are
/// taken, so that a command line that served the Go Ofelia starts this one.
final class DaemonFlags {

  /// Declared for all commands, see [Main].
  private static final Set<String> SHARED = Set.of("--log-level", "--store");

  /// Without a key: the variable, for help only.
  private static final Map<String, String> UNUSED_TEXTS =
      Map.of(
          "--state-file", "OFELIA_STATE_FILE",
          "--pprof-address", "OFELIA_PPROF_ADDRESS");

  private DaemonFlags() {}

  /// The options but for those that all commands have.
  static List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    byName()
        .forEach((name, key) -> {
          if (!SHARED.contains(name)) {
            options.add(option(name, key));
          }
        });
    UNUSED_TEXTS.keySet().stream()
        .filter(name -> options.stream().noneMatch(option -> option.longestName().equals(name)))
        .sorted()
        .forEach(name -> options.add(hidden(Options.value("VALUE", "No effect yet.", name))));
    return options;
  }

  /// What was given, by key; several texts for a list.
  static Map<Key<?>, List<String>> read(ParseResult given) {
    Map<Key<?>, List<String>> texts = new LinkedHashMap<>();
    byName()
        .forEach((name, key) -> {
          List<String> values = values(given, name);
          if (!values.isEmpty() && key.isEffective()) {
            texts.put(key, values);
          }
        });
    return texts;
  }

  /// The flags given that do nothing.
  static List<String> unused(ParseResult given) {
    List<String> unused = new ArrayList<>();
    byName()
        .forEach((name, key) -> {
          if (!key.isEffective() && !values(given, name).isEmpty()) {
            unused.add(name);
          }
        });
    UNUSED_TEXTS.keySet().stream()
        .filter(name -> !unused.contains(name) && !values(given, name).isEmpty())
        .sorted()
        .forEach(unused::add);
    return unused;
  }

  private static List<String> values(ParseResult given, String name) {
    OptionSpec option = given.commandSpec().findOption(name);
    Object value = option == null ? null : option.getValue();
    return switch (value) {
      case null -> List.of();
      case String[] several -> List.of(several);
      default -> List.of(value.toString());
    };
  }

  private static Map<String, Key<?>> byName() {
    Map<String, Key<?>> flags = new LinkedHashMap<>();
    for (Key<?> key : Keys.in(Place.GLOBAL)) {
      // What jobs inherit from [global] is said there: a flag for each would be a second file.
      if (key.places().stream().noneMatch(Places.EVERY_JOB::contains)) {
        flags.put("--" + key.name(), key);
      }
    }
    for (Key<?> key : Keys.in(Place.DOCKER)) {
      // The deprecated poll-interval would have the name of docker-poll-interval's flag.
      if (key != DockerKeys.POLL_INTERVAL) {
        flags.put(dockerFlag(key), key);
      }
    }
    return flags;
  }

  private static String dockerFlag(Key<?> key) {
    if (key == DockerKeys.FILTERS) {
      return "--docker-filter";
    }
    return key.name().startsWith("docker-") ? "--" + key.name() : "--docker-" + key.name();
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
      return Options.choice(words, meaning, name);
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
    List<String> names = new ArrayList<>();
    byName()
        .forEach((name, key) -> {
          if (!key.isEffective()) {
            names.add(name);
          }
        });
    UNUSED_TEXTS.keySet().stream()
        .filter(name -> !names.contains(name))
        .sorted()
        .forEach(names::add);
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of("Accepted, without effect yet: " + String.join(", ", names) + ".");
  }
}
