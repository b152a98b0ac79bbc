package ofelia.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import ofelia.config.SectionReader.Section;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;

/// What is stronger than any file: flags of the command line, then environment variables.
///
/// Each key of `[global]` and `[docker]` has a variable, see [#variable(Key)]. Unlike in the Go
/// Ofelia a flag or variable that equals the default, or that is `false`, counts like any other.
///
/// @param global values for `[global]`
/// @param docker values for `[docker]`
/// @param problems values that could not be read; they are not in force
public record Overrides(Settings global, Settings docker, List<Problem> problems) {

  /// Nothing overridden.
  public static final Overrides NONE = new Overrides(Settings.EMPTY, Settings.EMPTY, List.of());

  /// Names that the Go Ofelia reads and the rule does not give.
  private static final Map<Key<?>, String> IRREGULAR =
      Map.of(
          DockerKeys.FILTERS, "OFELIA_DOCKER_FILTER",
          DockerKeys.DOCKER_POLL_INTERVAL, "OFELIA_POLL_INTERVAL");

  public Overrides {
    problems = List.copyOf(problems);
  }

  /// Reads flags and variables.
  ///
  /// @param flags texts by key; several for a list
  /// @param variables the environment
  public static Overrides read(
      Map<Key<?>, List<String>> flags, Function<String, Optional<String>> variables) {
    List<Problem> problems = new ArrayList<>();
    Settings global = read(Place.GLOBAL, flags, variables, problems);
    Settings docker = read(Place.DOCKER, flags, variables, problems);
    return new Overrides(global, docker, problems);
  }

  private static Settings read(
      Place place,
      Map<Key<?>, List<String>> flags,
      Function<String, Optional<String>> variables,
      List<Problem> problems) {
    List<Written> fromFlags = new ArrayList<>();
    List<Written> fromVariables = new ArrayList<>();
    for (Key<?> key : Keys.in(place)) {
      flags
          .getOrDefault(key, List.of())
          .forEach(v -> fromFlags.add(Written.of(key.name(), v, Origin.of("command line"))));
      variables
          .apply(variable(key))
          .filter(v -> !v.isEmpty())
          .ifPresent(v -> fromVariables.add(Written.of(key.name(), v, environment())));
    }
    return Precedence.merge(
        read(place, fromFlags, key -> "--" + key, problems),
        read(place, fromVariables, key -> variable(Keys.find(key).orElseThrow()), problems));
  }

  private static Settings read(
      Place place,
      List<Written> written,
      Function<String, String> subject,
      List<Problem> problems) {
    Remarks remarks = new Remarks();
    Section section = SectionReader.read(place, subject::apply, written, remarks);
    problems.addAll(section.errors());
    problems.addAll(remarks.all());
    return section.settings();
  }

  private static Origin environment() {
    return Origin.of("environment");
  }

  /// The environment variable of a key: `OFELIA_` and its name, `OFELIA_DOCKER_` for keys of
  /// `[docker]`, with two exceptions inherited from the Go Ofelia.
  public static String variable(Key<?> key) {
    String irregular = IRREGULAR.get(key);
    if (irregular != null) {
      return irregular;
    }
    String prefix = key.places().contains(Place.DOCKER) ? "OFELIA_DOCKER_" : "OFELIA_";
    return prefix + key.name().toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
