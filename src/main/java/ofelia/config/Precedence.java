package ofelia.config;

import ofelia.model.Key;
import ofelia.model.Settings;

/// Puts settings from several places into one: flag before environment variable before INI file
/// before label before default.
public final class Precedence {

  private Precedence() {}

  /// Each key with the value of the first layer that has one.
  ///
  /// @param strongestFirst layers that hold only what was written in them
  public static Settings merge(Settings... strongestFirst) {
    Settings.Builder builder = new Settings.Builder();
    for (int i = strongestFirst.length - 1; i >= 0; i--) {
      for (Key<?> key : strongestFirst[i].keys()) {
        copy(strongestFirst[i], key, builder);
      }
    }
    return builder.build();
  }

  static <T> void inherit(Settings from, Key<T> key, Settings.Builder to) {
    to.inherit(key, from.get(key));
  }

  static <T> void copy(Settings from, Key<T> key, Settings.Builder to) {
    to.put(key, from.get(key));
  }
}
