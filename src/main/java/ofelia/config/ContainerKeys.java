package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys of what runs inside a container, fresh or not.
public final class ContainerKeys {

  private ContainerKeys() {}

  /// A name or id, resolved when the run begins.
  public static final Key<String> CONTAINER =
      NewKey.optional(
          "container",
          Places.CONTAINER_JOBS,
          "For `job-exec` the running container to run the command in, by name or id. For `job-run`"
              + " an existing container to start as it is, instead of a fresh one of an `image`: it"
              + " is not removed, and no variable can be put into it, `OFELIA_RUN_ID` and its kin"
              + " included. For `job-container` the one that its `action` is done to.",
          "postgres");

  /// The empty text is the image's or container's own user.
  public static final Key<String> USER =
      NewKey.of(
          "user",
          KeyTypes.USER,
          "nobody",
          Places.USER_JOBS,
          "The user, or `user:group`, of the command; otherwise `default-user` of `[global]`, for"
              + " `job-compose` that of the service, and for `job-local` that of the daemon."
              + " `default` or empty: the image's, container's or daemon's own.",
          "www-data");

  public static final Key<String> WORKING_DIR =
      NewKey.optional(
          "working-dir",
          Places.WORKING_DIR_JOBS,
          "The directory to run in, instead of the container's own.",
          "/srv/app");

  public static final Key<List<String>> ENV_FROM =
      NewKey.list(
          "env-from",
          Places.IN_CONTAINER,
          "A container whose configured variables are copied at each run; repeat the key for"
              + " several.",
          "postgres");

  public static final Key<Boolean> TTY =
      NewKey.of(
          "tty",
          KeyTypes.BOOLEAN,
          false,
          Places.TERMINAL_JOBS,
          "Give the command a terminal. Its output and errors are then one stream.",
          "true");

  /// In the order of the documentation.
  static final List<Key<?>> ALL = List.of(CONTAINER, USER, WORKING_DIR, ENV_FROM, TTY);
}
