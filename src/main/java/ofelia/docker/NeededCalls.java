package ofelia.docker;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import ofelia.wire.Request;

/// Which calls each feature needs: for people who put a filter before the engine, and for the
/// message when that filter refuses one.
public final class NeededCalls {

  /// @param path without version and query; `{}` stands for a name or id
  /// @param feature what does not work without it
  public record Row(String method, String path, String feature) {

    boolean isOf(String calledMethod, String calledPath) {
      String pattern = Pattern.quote(path).replace("{}", "\\E[^/]+\\Q");
      return method.equals(calledMethod) && Pattern.matches(pattern, calledPath);
    }
  }

  private static final String RUN = "job-run";
  private static final String EXEC = "job-exec";
  private static final String SERVICE = "job-service-run";
  private static final String CONTAINER = "job-container";

  /// In the order of the documentation.
  public static final List<Row> ALL =
      List.of(
          new Row("GET", "/_ping", "everything"),
          new Row("GET", "/events", "labels that are followed at once, and ends of runs"),
          new Row("GET", "/containers/json", "labels, and the removal of what a crash left"),
          new Row("GET", "/containers/{}/json", "job-exec, job-run, env-from, and stop-during-run"),
          new Row("POST", "/containers/{}/exec", EXEC),
          new Row("POST", "/exec/{}/start", EXEC),
          new Row("GET", "/exec/{}/json", EXEC),
          new Row("POST", "/exec/{}/resize", "job-exec with tty and a size of the console"),
          new Row("GET", "/images/{}/json", RUN),
          new Row("POST", "/images/create", "job-run that pulls"),
          new Row("POST", "/containers/create", RUN),
          new Row("POST", "/containers/{}/start", "job-run, and stop-during-run"),
          new Row("GET", "/containers/{}/logs", "the output of job-run"),
          new Row("POST", "/containers/{}/attach", "the output of job-run with log-driver = none"),
          new Row(
              "POST",
              "/containers/{}/kill",
              "the time limit and the stopping of what containers run"),
          new Row("POST", "/containers/{}/stop", CONTAINER + ", and stop-during-run"),
          new Row("POST", "/containers/{}/restart", CONTAINER),
          new Row("POST", "/containers/{}/pause", CONTAINER + ", and pause-during-run"),
          new Row("POST", "/containers/{}/unpause", CONTAINER + ", and pause-during-run"),
          new Row("DELETE", "/containers/{}", "job-run that removes its container"),
          new Row("GET", "/info", "job-run of an existing container, and job-service-run"),
          new Row("GET", "/networks", "job-run with a network"),
          new Row("POST", "/networks/{}/connect", "job-run with several networks"),
          new Row(
              "GET", "/services", "job-service-run, and the removal of what a crash left of one"),
          new Row("POST", "/services/create", SERVICE),
          new Row("GET", "/services/{}", SERVICE),
          new Row("DELETE", "/services/{}", SERVICE),
          new Row("GET", "/tasks", SERVICE),
          new Row("GET", "/tasks/{}", SERVICE),
          new Row("GET", "/tasks/{}/logs", "the output of job-service-run"));

  private NeededCalls() {}

  /// What does not work without a call.
  ///
  /// @param path without version and query
  public static Optional<Row> find(String method, String path) {
    return ALL.stream().filter(row -> row.isOf(method, path)).findFirst();
  }

  /// What to add to the refusal of a call that the engine itself would hardly refuse.
  static String advice(Request request) {
    String target = request.target().text();
    int query = target.indexOf('?');
    String path =
        (query < 0 ? target : target.substring(0, query)).replaceFirst("^/v1\\.\\d+/", "/");
    return find(request.method(), path)
        .map(row ->
            "; "
                + row.method()
                + " "
                + row.path()
                + " is needed for "
                + row.feature()
                + ": let it pass in what filters the calls to the engine")
        .orElse("");
  }

  /// The table of the documentation.
  public static String markdown() {
    StringBuilder table = new StringBuilder("| call | needed for |\n|---|---|\n");
    for (Row row : ALL) {
      table.append("| `").append(row.method()).append(' ').append(row.path()).append("` | ");
      table.append(row.feature()).append(" |\n");
    }
    return table.toString();
  }
}
