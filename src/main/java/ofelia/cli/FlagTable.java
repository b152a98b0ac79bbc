package ofelia.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import ofelia.config.DockerKeys;
import ofelia.config.Keys;
import ofelia.config.Places;
import ofelia.model.Key;
import ofelia.model.Key.Place;

/// Which flags `ofelia daemon` has: one for each key of `[global]` and `[docker]`, by one rule, and
/// those of the Go Ofelia that do nothing yet.
///
/// A key of `[global]` is `--KEY`, one of `[docker]` `--docker-KEY`. Flags that do nothing are
/// taken, so that a command line that served the Go Ofelia starts this one.
final class FlagTable {

  /// Flags without a key, which take a value that nobody reads yet.
  static final Set<String> WITHOUT_KEY = Set.of("--state-file", "--pprof-address");

  private static final Map<String, Key<?>> BY_NAME = byName();

  private FlagTable() {}

  /// The keys by their flags, in the order of the documentation.
  static Map<String, Key<?>> keys() {
    return BY_NAME;
  }

  static boolean isBoolean(String flag) {
    Key<?> key = BY_NAME.get(flag);
    return key != null && key.type().word().equals("boolean");
  }

  static boolean takesValue(String flag) {
    return (BY_NAME.containsKey(flag) && !isBoolean(flag)) || WITHOUT_KEY.contains(flag);
  }

  /// Whether a flag may be given several times.
  static boolean isList(String flag) {
    Key<?> key = BY_NAME.get(flag);
    return key != null && key.type().isList();
  }

  /// What was given, by key; several texts for a list.
  ///
  /// @param values what was given of a flag
  static Map<Key<?>, List<String>> read(Function<String, List<String>> values) {
    Map<Key<?>, List<String>> texts = new LinkedHashMap<>();
    BY_NAME.forEach((name, key) -> {
      List<String> given = values.apply(name);
      if (!given.isEmpty() && key.isEffective()) {
        texts.put(key, given);
      }
    });
    return texts;
  }

  /// The flags given that do nothing.
  static List<String> unused(Function<String, List<String>> values) {
    return unused().stream().filter(name -> !values.apply(name).isEmpty()).toList();
  }

  /// All flags that do nothing.
  static List<String> unused() {
    List<String> unused = new ArrayList<>();
    BY_NAME.forEach((name, key) -> {
      if (!key.isEffective()) {
        unused.add(name);
      }
    });
    WITHOUT_KEY.stream().filter(name -> !BY_NAME.containsKey(name)).sorted().forEach(unused::add);
    return unused;
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
}
