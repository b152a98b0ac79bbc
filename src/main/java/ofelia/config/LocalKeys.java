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

  public static final Key<String> GROUP =
      NewKey.optional(
          "group",
          Places.LOCAL_ONLY,
          "The only group of the command, instead of those of its `user`.",
          "backup");

  /// From -20, the first to be served, through 19.
  public static final Key<Integer> NICE =
      NewKey.optional(
          "nice",
          KeyTypes.integer(-20, 19),
          Places.LOCAL_ONLY,
          "How far the command steps back for others: 19 the farthest; below 0, which needs root, it"
              + " comes before them.",
          "10");

  /// In the order of the documentation.
  static final List<Key<?>> ALL = List.of(DIR, GROUP, NICE);
}
