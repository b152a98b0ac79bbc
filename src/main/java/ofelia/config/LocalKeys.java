package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys of `job-local` alone.
public final class LocalKeys {

  private LocalKeys() {}

  public static final Key<String> DIR =
      NewKey.optional(
          "dir",
          Places.LOCAL_ONLY,
          "The directory to run in, instead of the daemon's own.",
          "/srv/app");

  /// In the order of the documentation.
  static final List<Key<?>> ALL = List.of(DIR);
}
