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

    /// As people write it: `GET /info`.
    public String call() {
      return method + " " + path;
    }

    boolean isOf(String calledMethod, String calledPath) {
      // Compose does not encode the slashes in the names of images.
      String name = path.startsWith("/images/") ? ".+" : "[^/]+";
      String pattern = Pattern.quote(path).replace("{}", "\\E" + name + "\\Q");
      return method.equals(calledMethod) && Pattern.matches(pattern, calledPath);
    }
  }

  private static final String RUN = "job-run";
  private static final String EXEC = "job-exec";
  private static final String SERVICE = "job-service-run";
  private static final String CONTAINER = "job-container";
  private static final String PRUNE = "job-container that prunes them";
  private static final String NAMED = "job-container with prune-name";

  /// In the order of the documentation.
  public static final List<Row> ALL =
      List.of(
          new Row("GET", "/_ping", "everything"),
          new Row("GET", "/events", "labels that are followed at once, and ends of runs"),
          new Row("GET", "/containers/json", "labels, and the removal of what a crash left"),
          new Row(
              "GET",
              "/containers/{}/json",
              "job-exec, job-run, job-container, env-from, and stop-during-run"),
          new Row("POST", "/containers/{}/exec", EXEC),
          new Row("POST", "/exec/{}/start", EXEC),
          new Row("GET", "/exec/{}/json", EXEC),
          new Row("POST", "/exec/{}/resize", "job-exec with tty and a size of the console"),
          new Row("GET", "/images/{}/json", "job-run, and the removal of what a crash left"),
          new Row("POST", "/images/create", "job-run that pulls"),
          new Row("POST", "/containers/create", RUN),
          new Row(
              "POST",
              "/containers/{}/start",
              "job-run, job-container that starts, and stop-during-run"),
          new Row("GET", "/containers/{}/logs", "the output of job-run"),
          new Row("POST", "/containers/{}/attach", "the output of job-run with log-driver = none"),
          new Row(
              "POST",
              "/containers/{}/kill",
              "the time limit and the stopping of what containers run, and job-container that kills"),
          new Row("POST", "/containers/{}/stop", CONTAINER + ", and stop-during-run"),
          new Row("POST", "/containers/{}/restart", CONTAINER),
          new Row("POST", "/containers/{}/pause", CONTAINER + ", and pause-during-run"),
          new Row("POST", "/containers/{}/unpause", CONTAINER + ", and pause-during-run"),
          new Row(
              "DELETE",
              "/containers/{}",
              "job-run that removes its container, and job-container that prunes"),
          new Row("POST", "/networks/prune", PRUNE),
          new Row("POST", "/volumes/prune", PRUNE),
          new Row("POST", "/images/prune", PRUNE),
          new Row("POST", "/build/prune", PRUNE),
          new Row("DELETE", "/networks/{}", NAMED),
          new Row("DELETE", "/volumes/{}", NAMED),
          new Row("DELETE", "/images/{}", NAMED),
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

  private static final String COMPOSE = "what Compose begins with";
  private static final String FRESH = "job-compose without exec";
  private static final String ANEW =
      "services that Compose makes anew, because its file has changed";

  /// What Compose calls by itself, for `job-compose`, in the order of the documentation. What it
  /// needs to build images is not here.
  public static final List<Row> OF_COMPOSE =
      List.of(
          new Row("HEAD", "/_ping", COMPOSE),
          new Row("GET", "/containers/json", COMPOSE),
          new Row("GET", "/containers/{}/json", COMPOSE),
          new Row("GET", "/version", FRESH),
          new Row("GET", "/images/{}/json", FRESH),
          new Row("POST", "/containers/create", FRESH),
          new Row("POST", "/containers/{}/start", FRESH),
          new Row("POST", "/images/create", "images that are not there yet"),
          new Row("GET", "/networks/{}", "projects with networks, as all that say nothing of them"),
          new Row("GET", "/networks", "networks that are not there yet"),
          new Row("POST", "/networks/create", "networks that are not there yet"),
          new Row("GET", "/volumes/{}", "projects with volumes"),
          new Row("POST", "/volumes/create", "volumes that are not there yet"),
          new Row(
              "POST",
              "/networks/{}/connect",
              "services in several networks, on Docker Engine before 25"),
          new Row("POST", "/containers/{}/stop", ANEW),
          new Row("POST", "/containers/{}/rename", ANEW),
          new Row("DELETE", "/containers/{}", ANEW));

  private NeededCalls() {}

  /// What does not work without a call.
  ///
  /// @param path without version and query
  public static Optional<Row> find(String method, String path) {
    return find(ALL, method, path);
  }

  /// The same for what Compose calls.
  public static Optional<Row> findOfCompose(String method, String path) {
    return find(OF_COMPOSE, method, path);
  }

  private static Optional<Row> find(List<Row> rows, String method, String path) {
    return rows.stream().filter(row -> row.isOf(method, path)).findFirst();
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
                + row.call()
                + " is needed for "
                + row.feature()
                + ": let it pass in what filters the calls to the engine")
        .orElse("");
  }

  /// A table of the documentation.
  public static String markdown(List<Row> rows) {
    StringBuilder table = new StringBuilder("| call | needed for |\n|---|---|\n");
    for (Row row : rows) {
      table.append("| `").append(row.call()).append("` | ");
      table.append(row.feature()).append(" |\n");
    }
    return table.toString();
  }
}
