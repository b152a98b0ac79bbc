package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys of `job-local`.
public final class LocalKeys {

  private LocalKeys() {}

  public static final Key<String> DIR =
      NewKey.optional(
          "dir",
          Places.LOCAL_AND_SERVICE,
          "The directory to run in, instead of the daemon's own, for `job-service-run` instead of the"
              + " image's.",
          "/srv/app");

  /// In the order of the documentation.
  static final List<Key<?>> ALL = List.of(DIR);
}
