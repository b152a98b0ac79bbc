package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys of `job-compose` alone.
public final class ComposeKeys {

  private ComposeKeys() {}

  public static final Key<List<String>> FILE =
      NewKey.of(
          "file",
          KeyTypes.LIST,
          List.of("compose.yml"),
          Places.COMPOSE_ONLY,
          "The Compose file, relative to the daemon's own directory; repeat the key for files that"
              + " go over it.",
          "/srv/shop/compose.yml");

  public static final Key<String> SERVICE =
      NewKey.optional(
          "service",
          KeyTypes.formed(
              "[a-zA-Z0-9][a-zA-Z0-9._-]*",
              "the name of a service",
              "write it with letters, digits, dots, dashes and underscores"),
          Places.COMPOSE_ONLY,
          "The service of the project to run the command in. Required.",
          "worker");

  public static final Key<Boolean> EXEC =
      NewKey.of(
          "exec",
          KeyTypes.BOOLEAN,
          false,
          Places.COMPOSE_ONLY,
          "Run the command in the service's running container, as `compose exec -T` does, instead of"
              + " a fresh one, as `compose run --rm -T` does.",
          "true");

  public static final Key<String> PROJECT_NAME =
      NewKey.optional(
          "project-name",
          KeyTypes.formed(
              "[a-z0-9][a-z0-9_-]*",
              "the name of a project",
              "write it with lower-case letters, digits, dashes and underscores"),
          Places.COMPOSE_ONLY,
          "The name of the project; otherwise what Compose takes it to be.",
          "shop");

  public static final Key<String> PROJECT_DIRECTORY =
      NewKey.optional(
          "project-directory",
          Places.COMPOSE_ONLY,
          "The directory that relative paths in the Compose file start from, and where `.env` is"
              + " looked for; otherwise that of the first file.",
          "/srv/shop");

  public static final Key<List<String>> PROFILES =
      NewKey.of(
          "profiles",
          KeyTypes.COMMA_LIST,
          List.of(),
          Places.COMPOSE_ONLY,
          "Profiles of the Compose file to enable.",
          "jobs, debug");

  public static final Key<Boolean> DEPENDENCIES =
      NewKey.of(
          "dependencies",
          KeyTypes.BOOLEAN,
          true,
          Places.COMPOSE_ONLY,
          "Start the services that the service depends on, where they do not run, and leave them"
              + " running. Not with `exec`.",
          "false");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(FILE, SERVICE, EXEC, PROJECT_NAME, PROJECT_DIRECTORY, PROFILES, DEPENDENCIES);
}
