package ofelia.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.ValueType;

/// The usual ways to declare a key.
final class NewKey {

  private NewKey() {}

  /// A key that always has a value.
  ///
  /// @param fallback the value when nobody writes one
  static <T> Key<T> of(
      String name,
      ValueType<T> type,
      T fallback,
      Set<Place> places,
      String meaning,
      String example) {
    return new Key<>(name, type, Optional.of(fallback), places, meaning, example, true);
  }

  /// A key that may be repeated.
  static Key<List<String>> list(String name, Set<Place> places, String meaning, String example) {
    return of(name, KeyTypes.LIST, List.of(), places, meaning, example);
  }

  /// A text that may be missing.
  static Key<String> optional(String name, Set<Place> places, String meaning, String example) {
    return optional(name, KeyTypes.TEXT, places, meaning, example);
  }

  /// A value that may be missing.
  static <T> Key<T> optional(
      String name, ValueType<T> type, Set<Place> places, String meaning, String example) {
    return new Key<>(name, type, Optional.empty(), places, meaning, example, true);
  }
}
