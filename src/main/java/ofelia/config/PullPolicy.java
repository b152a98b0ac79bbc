package ofelia.config;

import java.util.Locale;

/// When an image is pulled.
public enum PullPolicy {
  /// Before each run; the local image serves when that fails.
  ALWAYS,
  /// When the engine does not have it.
  MISSING,
  /// Not at all: an image that is not there fails the run.
  NEVER;

  /// As it is written in a configuration.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
