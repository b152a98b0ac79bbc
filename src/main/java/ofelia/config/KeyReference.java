package ofelia.config;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ofelia.model.Key;
import ofelia.model.Key.Place;

/// Writes the documentation of all keys from their declarations.
public final class KeyReference {

  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Generated from the declarations of the keys. A test compares the two and says how to renew this file. -->

      An INI file has a section `[global]`, a section `[docker]`, sections `[engine "name"]`, and one section for each job, such as
      `[job-exec "backup"]`. `daemon --config PATH` names the file; `PATH` may be a pattern such as
      `/etc/ofelia/*.ini`, whose files are read in the order of their names as one configuration.

      ```ini
      [job-exec "backup"]
      schedule  = 30 3 * * MON-FRI
      container = postgres
      command   = sh -c "pg_dump shop > /backup/shop.sql"
      ```

      - A `#` or `;` at the start of a line, or after a blank and outside quotes, begins a comment.
      - Quotes around a whole value are removed. Text between backticks, or between `\"""`, is taken as it is, also
        over several lines. A line that ends in a backslash goes on in the next one.
      - Case, `-` and `_` do not matter in keys: `max-runtime`, `Max_Runtime` and `maxruntime` are one key.
      - Keys of type *list* may be repeated, one value each. Nothing is split at commas unless the type says so.
      - `${VAR}` and `${VAR:-default}` are replaced from the environment: by the variable `VAR`, else by the content of
        the file that the variable `VAR_FILE` names.
      - A job with a mistake is held back, and its due runs are recorded as refused; the other jobs run.

      The same job keys can be written as labels of a container that has `ofelia.enabled=true`:
      `ofelia.job-exec.NAME.KEY=VALUE`. A list is then a JSON array of strings.

      A setting is taken from a flag, else from the environment variable, else from the file, else from a label, else it
      is the default.

      | type | is written |
      |---|---|
      | text | as it is |
      | list | as it is; repeat the key for several |
      | comma list | separated by commas, or by repeating the key |
      | boolean | `true` or `false`; also `yes`, `no`, `on`, `off`, `1`, `0` |
      | integer | `20`; also `0x14`, `0o24`, `0b10100` |
      | number | `2` or `0.5` |
      | duration | a number with a unit, or several: `90s`, `1h30m`, `1.5h`; units `ns`, `us`, `ms`, `s`, `m`, `h`, `d`, `w` |
      | size | bytes, or a number with `KiB`, `MiB`, `GiB`, `KB`, `MB`, `GB`; `k`, `m`, `g` are the binary ones |
      | JSON array | `["one", "two"]`, in double quotes and separated by commas |
      | user | a name or number, with `:group` if wanted |
      """;

  private KeyReference() {}

  /// The whole page, in Markdown.
  public static String markdown() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    heading(page, "`[global]`", "Keys in force for the program as a whole.");
    settings(page, GlobalKeys.ALL);
    heading(
        page,
        "Job keys in `[global]`",
        "Written in `[global]`, these count for all jobs that do not write them themselves.");
    settings(page, Keys.ofJobs().stream().filter(k -> k.places().contains(Place.GLOBAL)).toList());
    heading(page, "`[docker]`", "How the daemon follows containers.");
    settings(page, DockerKeys.ALL);
    heading(
        page,
        "`[engine \"name\"]`",
        "A further engine, see [engines](engines.md). Has these keys of `[docker]`: "
            + names(DockerKeys.ALL.stream().filter(k -> k.places().contains(Place.ENGINE)))
            + ". What it does not write is as in `[docker]`, but for "
            + names(DockerKeys.ALL.stream().filter(DockerKeys.OF_ONE_ENGINE::contains))
            + ".");
    heading(
        page,
        "`[calendar \"name\"]`",
        "Sets of dates and times that jobs name, see [calendars](calendars.md).");
    section(page, CalendarKeys.ALL);
    heading(
        page,
        "Job keys",
        "*exec*: a command in a running container. *run*: a container of its own. *local*: a"
            + " command beside the daemon. *service-run*: a service of a swarm. *compose*: a command"
            + " in a service of a Compose project. *http*: an HTTP request. *container*: stops, starts or removes containers themselves. *noop*: nothing, to try out a schedule.");
    jobs(page);
    heading(
        page,
        "Accepted keys",
        "These keys of the Go Ofelia are accepted, so that its files load, and have no effect in"
            + " this version. Each gives a warning. The same holds for the sections `[webhook]`.");
    accepted(page);
    return page.toString();
  }

  private static String names(Stream<Key<?>> keys) {
    return keys.map(key -> code(key.name())).collect(Collectors.joining(", "));
  }

  private static void heading(StringBuilder page, String title, String text) {
    page.append("\n## ").append(title).append("\n\n").append(text).append("\n\n");
  }

  private static void settings(StringBuilder page, List<Key<?>> keys) {
    page.append("| key | type | default | meaning | example | variable |\n");
    page.append("|---|---|---|---|---|---|\n");
    for (Key<?> key : keys) {
      row(
          page,
          code(key.name()),
          key.type().word(),
          fallback(key),
          key.meaning() + asLabel(key),
          code(key.example()),
          code(Overrides.variable(key)));
    }
  }

  /// A section of which there may be several, so that no variable stands for its keys.
  private static void section(StringBuilder page, List<Key<?>> keys) {
    page.append("| key | type | meaning | example |\n|---|---|---|---|\n");
    for (Key<?> key : keys) {
      row(page, code(key.name()), key.type().word(), key.meaning(), code(key.example()));
    }
  }

  private static String asLabel(Key<?> key) {
    return key.places().contains(Place.GLOBAL_LABEL)
        ? " Also as label `ofelia." + key + "` of the service container."
        : "";
  }

  private static void jobs(StringBuilder page) {
    page.append("| key | jobs | type | default | meaning | example |\n");
    page.append("|---|---|---|---|---|---|\n");
    for (Key<?> key : Keys.ofJobs()) {
      row(
          page,
          code(key.name()),
          kinds(key),
          key.type().word(),
          fallback(key),
          key.meaning(),
          code(key.example()));
    }
  }

  private static void accepted(StringBuilder page) {
    page.append("| key | where | type | meaning |\n|---|---|---|---|\n");
    for (Key<?> key : AcceptedKeys.ALL) {
      boolean isGlobal = key.places().contains(Place.GLOBAL);
      boolean isOfJobs = key.places().contains(Place.JOB_EXEC);
      String where = isGlobal && isOfJobs ? "global, jobs" : isGlobal ? "global" : "jobs";
      row(page, code(key.name()), where, key.type().word(), key.meaning());
    }
  }

  private static String kinds(Key<?> key) {
    if (key.places().containsAll(Places.EVERY_JOB)) {
      return "all";
    }
    return Stream.of(Place.values())
        .filter(Places.EVERY_JOB::contains)
        .filter(key.places()::contains)
        .map(place -> PlaceNames.of(place).replace("[job-", "").replace("]", ""))
        .collect(Collectors.joining(", "));
  }

  private static <T> String fallback(Key<T> key) {
    return key.fallback()
        .map(value -> key.type().format(value))
        .filter(text -> !text.isEmpty())
        .map(KeyReference::code)
        .orElse("");
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static void row(StringBuilder page, String... cells) {
    page.append('|');
    for (String cell : cells) {
      page.append(cell.isEmpty() ? " " : " " + cell.replace("|", "\\|") + " ").append('|');
    }
    page.append('\n');
  }
}
