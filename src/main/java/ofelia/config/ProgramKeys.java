package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// What a job's program is, in other ways than by `command`, and secrets for it.
public final class ProgramKeys {

  private ProgramKeys() {}

  public static final Key<String> SCRIPT =
      NewKey.optional(
          "script",
          ProgramTypes.SCRIPT,
          Places.PROGRAM_JOBS,
          "Text for a `shell`, in place of `command`: one line, or several between `\"\"\"`. It is"
              + " taken as it is: `${VAR}` is the shell's.",
          "pg_dump shop | gzip > /backup/shop.sql.gz");

  public static final Key<String> SHELL =
      NewKey.of(
          "shell",
          ProgramTypes.SHELL,
          "sh -e -c",
          Places.PROGRAM_JOBS,
          "The words before the text of `script`. Where it is written, `command` goes to this shell"
              + " as well, and is not split.",
          "bash -eo pipefail -c");

  public static final Key<List<String>> ARGS =
      NewKey.optional(
          "args",
          ProgramTypes.ARGUMENTS,
          Places.PROGRAM_JOBS,
          "The program and its arguments exactly, as a JSON array, in place of `command`.",
          "[\"pg_dump\", \"--file=/backup/the shop.sql\", \"shop\"]");

  public static final Key<List<String>> SECRET =
      NewKey.of(
          "secret",
          ProgramTypes.SECRETS,
          List.of(),
          Places.PROGRAM_JOBS,
          "A variable `NAME=/path` with the content of a file that the daemon reads at each run,"
              + " without the line end behind it; repeat the key for several. Stronger than"
              + " `environment`. The content is neither kept nor logged.",
          "PGPASSWORD=/run/secrets/shop-password");

  /// In the order of the documentation.
  static final List<Key<?>> ALL = List.of(SCRIPT, SHELL, ARGS, SECRET);
}
