package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys of `job-exec` alone.
public final class ExecKeys {

  private ExecKeys() {}

  public static final Key<List<String>> WAIT_HEALTHY_OF =
      NewKey.list(
          "wait-healthy-of",
          Places.EXEC_ONLY,
          "A container that must be healthy in place of the one that the command runs in; repeat"
              + " the key for several. One minute where `wait-healthy` is not written.",
          "postgres");

  public static final Key<Integer> CONSOLE_HEIGHT =
      NewKey.of(
          "console-height",
          KeyTypes.integer(0, 65_535),
          0,
          Places.EXEC_ONLY,
          "Rows of the terminal, with `tty`. `0`: the engine's default.",
          "50");

  public static final Key<Integer> CONSOLE_WIDTH =
      NewKey.of(
          "console-width",
          KeyTypes.integer(0, 65_535),
          0,
          Places.EXEC_ONLY,
          "Columns of the terminal, with `tty`. `0`: the engine's default.",
          "120");

  public static final Key<Boolean> PRIVILEGED =
      NewKey.of(
          "privileged",
          KeyTypes.BOOLEAN,
          false,
          Places.EXEC_ONLY,
          "Run the command with all capabilities.",
          "true");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(WAIT_HEALTHY_OF, CONSOLE_HEIGHT, CONSOLE_WIDTH, PRIVILEGED);
}
