package ofelia.config;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.syntax.KeyName;

/// All keys there are. A name means the same key wherever it may be written.
public final class Keys {

  private static final List<Key<?>> OF_JOBS =
      Stream.of(
              ScheduleKeys.ALL,
              JobKeys.ALL,
              EngineKeys.ALL,
              ProgramKeys.ALL,
              ContainerKeys.ALL,
              TargetKeys.ALL,
              ExecKeys.ALL,
              RunKeys.ALL,
              ServiceKeys.ALL,
              LocalKeys.ALL,
              ComposeKeys.ALL,
              HttpKeys.ALL,
              ActionKeys.ALL,
              AroundKeys.ALL,
              CalendarKeys.OF_JOBS)
          .flatMap(List::stream)
          .toList();

  private static final Map<String, Key<?>> BY_NORMAL_NAME = byNormalName();

  /// Nearly all keys are written as they are declared; these are found without being rewritten.
  private static final Map<String, Key<?>> BY_NAME =
      BY_NORMAL_NAME.values().stream().collect(Collectors.toUnmodifiableMap(Key::name, k -> k));

  private Keys() {}

  /// In the order of the documentation.
  public static Collection<Key<?>> all() {
    return BY_NORMAL_NAME.values();
  }

  /// The keys of jobs that have an effect, in the order of the documentation.
  static List<Key<?>> ofJobs() {
    return OF_JOBS;
  }

  /// The keys that may be written in a place.
  public static List<Key<?>> in(Place place) {
    return all().stream().filter(k -> k.places().contains(place)).toList();
  }

  /// The key that somebody means, whatever the case and dashes, and wherever it may be written.
  public static Optional<Key<?>> find(String written) {
    Key<?> exact = BY_NAME.get(written);
    return exact != null
        ? Optional.of(exact)
        : Optional.ofNullable(BY_NORMAL_NAME.get(KeyName.normalize(written)));
  }

  private static Map<String, Key<?>> byNormalName() {
    Map<String, Key<?>> keys = new LinkedHashMap<>();
    Stream.of(GlobalKeys.ALL, DockerKeys.ALL, CalendarKeys.ALL, OF_JOBS, AcceptedKeys.ALL)
        .flatMap(List::stream)
        .forEach(key -> addTo(keys, key));
    return Collections.unmodifiableMap(keys);
  }

  private static void addTo(Map<String, Key<?>> keys, Key<?> key) {
    if (keys.put(KeyName.normalize(key.name()), key) != null) {
      throw new IllegalStateException("key " + key + " is declared twice");
    }
  }
}
