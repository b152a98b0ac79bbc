package ofelia.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Values of keys, immutable. Only what was written is held; the rest are the keys' fallbacks. Two
/// flat arrays, because ten thousand jobs hold one each.
public final class Settings {

  /// Nothing written.
  public static final Settings EMPTY = new Settings(new Key<?>[0], new Object[0], Set.of());

  private final Key<?>[] keys;
  private final Object[] values;

  /// Those of the keys that were written elsewhere, for many.
  private final Set<Key<?>> inherited;

  private Settings(Key<?>[] keys, Object[] values, Set<Key<?>> inherited) {
    this.keys = keys;
    this.values = values;
    this.inherited = inherited;
  }

  /// Each value must be of its key's type; [Builder] holds callers to that.
  private static Settings of(Map<Key<?>, Object> entries, Set<Key<?>> inherited) {
    Key<?>[] keys = entries.keySet().toArray(new Key<?>[0]);
    Arrays.sort(keys, Comparator.comparing(Key::name));
    Object[] values = new Object[keys.length];
    for (int i = 0; i < keys.length; i++) {
      values[i] = java.util.Objects.requireNonNull(entries.get(keys[i]));
    }
    return new Settings(keys, values, Set.copyOf(inherited));
  }

  /// What was written, else the key's fallback, else nothing.
  public <T> Optional<T> find(Key<T> key) {
    int i = indexOf(key);
    return i < 0 ? key.fallback() : Optional.of(valueAt(i, key));
  }

  /// What was written, else the key's fallback.
  ///
  /// @throws IllegalStateException when there is neither: the key is not required and has no
  ///   fallback, so [#find] is the right question
  public <T> T get(Key<T> key) {
    return find(key)
        .orElseThrow(
            () -> new IllegalStateException("key " + key + " has no value and no fallback"));
  }

  /// Whether somebody wrote a value for the key.
  public boolean isWritten(Key<?> key) {
    return indexOf(key) >= 0;
  }

  /// Whether the value was written elsewhere, for many: in `[global]`, for all jobs.
  public boolean isInherited(Key<?> key) {
    return inherited.contains(key);
  }

  /// The keys that were written, by name.
  public List<Key<?>> keys() {
    return List.of(keys);
  }

  /// A line `key=value` for each value written, in the order of the keys' names; list keys have a
  /// line for each element. What makes two definitions of a job equal or different, and how the job
  /// book keeps them.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      addLines(keys[i], i, lines);
    }
    return lines;
  }

  private <T> void addLines(Key<T> key, int i, List<String> lines) {
    if (key.type().isList()) {
      for (Object element : (List<?>) values[i]) {
        lines.add(key.name() + "=" + element);
      }
      return;
    }
    T value = valueAt(i, key);
    lines.add(key.name() + "=" + key.type().format(value));
  }

  /// `i` is where `key` stands, so that what lies there is of its type.
  @SuppressWarnings({"unchecked", "unused"})
  private <T> T valueAt(int i, Key<T> key) {
    return (T) values[i];
  }

  private int indexOf(Key<?> key) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] == key) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Settings that
        && Arrays.equals(keys, that.keys)
        && inherited.equals(that.inherited)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    // Values may be secrets.
    return "Settings" + Arrays.toString(keys);
  }

  /// Collects values.
  public static final class Builder {
    private final Map<Key<?>, Object> entries = new java.util.LinkedHashMap<>();
    private final Set<Key<?>> inherited = new java.util.HashSet<>();

    public <T> Builder put(Key<T> key, T value) {
      entries.put(key, value);
      inherited.remove(key);
      return this;
    }

    /// The same for a value that was written elsewhere, for many.
    public <T> Builder inherit(Key<T> key, T value) {
      entries.put(key, value);
      inherited.add(key);
      return this;
    }

    public Settings build() {
      return entries.isEmpty() ? EMPTY : of(entries, inherited);
    }
  }
}
