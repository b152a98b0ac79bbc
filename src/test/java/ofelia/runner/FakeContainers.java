package ofelia.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerHost;
import ofelia.wire.Body;
import ofelia.wire.Endpoint;
import ofelia.wire.Headers;
import ofelia.wire.HttpServer;
import ofelia.wire.Limits;
import ofelia.wire.Received;
import ofelia.wire.Reply;

/// An engine on a real socket that has containers and stops, starts, pauses, unpauses and removes
/// them, with the answers that Docker gives. Of networks it knows that they were pruned.
final class FakeContainers implements AutoCloseable {

  /// Each call that changed something, such as `stop db 10` where it was given a time.
  final List<String> calls = new ArrayList<>();

  /// What the engine refuses, such as `start db` or `inspect db`.
  final List<String> refused = new ArrayList<>();

  /// Called before and after each change, with `before stop db` and `after stop db`.
  Consumer<String> moment = _ -> {};

  /// Whether it stops and restarts nothing that is paused, as Podman.
  boolean isStrict;

  /// Whether the next change is heard, and carried out only when somebody has looked at the
  /// container.
  boolean nextIsLate;

  /// Changes to come, by the container's name.
  private final Map<String, Runnable> late = new LinkedHashMap<>();

  private final Map<String, State> containers = new LinkedHashMap<>();
  private final Path socket;
  private final HttpServer server;
  private int starts;

  /// A container.
  static final class State {
    final String id;
    final String name;
    final Map<String, String> labels = new LinkedHashMap<>();
    String status;
    String started;
    String health = "";
    boolean isRemovedAtItsEnd;

    State(String id, String name, String status, String started) {
      this.id = id;
      this.name = name;
      this.status = status;
      this.started = started;
    }
  }

  FakeContainers(Path socket) throws IOException {
    this.socket = socket;
    HttpServer.Bounds bounds =
        new HttpServer.Bounds(
            8,
            Limits.SERVER,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(50));
    this.server =
        HttpServer.start(
            socket,
            bounds,
            this::answer,
            (request, e) -> {
              throw new AssertionError(request, e);
            });
  }

  DockerClient client() {
    return DockerClient.of(new DockerHost(new Endpoint.Unix(socket), "docker"), Optional.empty());
  }

  synchronized State add(String name, String status) {
    State state = new State(idOf(name), name, status, nextStart());
    containers.put(name, state);
    return state;
  }

  static String idOf(String name) {
    return "%064x".formatted(name.hashCode() & 0xffffffffL);
  }

  private String nextStart() {
    return "2026-11-23T20:15:00.%09dZ".formatted(++starts);
  }

  synchronized State of(String name) {
    return Objects.requireNonNull(containers.get(name));
  }

  synchronized void remove(String name) {
    containers.remove(name);
  }

  /// What somebody else does.
  synchronized void change(String verb, String name) {
    apply(verb, of(name));
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  private Reply answer(Received request) {
    if (request.path().endsWith("/_ping")) {
      Reply ok = Reply.text(200, "OK");
      return new Reply(200, ok.headers().with("Api-Version", "1.41"), ok.body());
    }
    List<String> segments = request.segments();
    int at = segments.indexOf("containers");
    synchronized (this) {
      if (segments.contains("networks")) {
        calls.add("prune networks");
        return json("{\"NetworksDeleted\":[]}");
      }
      if (segments.getLast().equals("json") && segments.size() == at + 2) {
        return json(list(request.query().getOrDefault("filters", "")));
      }
      Optional<State> found =
          containers.values().stream()
              .filter(c -> c.name.equals(segments.get(at + 1)) || c.id.equals(segments.get(at + 1)))
              .findFirst();
      if (found.isEmpty()) {
        return refusal(404, "No such container: " + segments.get(at + 1));
      }
      if (request.method().equals("GET") && refused.contains("inspect " + found.get().name)) {
        return refusal(500, "the engine is starting");
      }
      if (request.method().equals("GET")) {
        Reply reply = json(inspection(found.get()));
        Optional.ofNullable(late.remove(found.get().name)).ifPresent(Runnable::run);
        return reply;
      }
      if (request.method().equals("DELETE")) {
        calls.add("remove " + found.get().name);
        containers.remove(found.get().name);
        return new Reply(204, Headers.NONE, Body.NONE);
      }
      return changed(segments.getLast(), found.get(), request.query());
    }
  }

  private Reply changed(String verb, State container, Map<String, String> query) {
    String call = verb + " " + container.name;
    moment.accept("before " + call);
    if (refused.contains(call)) {
      return refusal(500, "driver failed programming external connectivity");
    }
    if (nextIsLate) {
      nextIsLate = false;
      late.put(container.name, () -> apply(verb, container));
      return new Reply(204, Headers.NONE, Body.NONE);
    }
    boolean isPaused = container.status.equals("paused");
    if (verb.equals("unpause") && !isPaused) {
      return refusal(500, "Container " + container.name + " is not paused");
    }
    if (isStrict && isPaused && (verb.equals("stop") || verb.equals("restart"))) {
      return refusal(500, "can only stop running containers: container state improper");
    }
    if (verb.equals("pause") && !container.status.equals("running")) {
      return refusal(409, "Container " + container.name + " is not running");
    }
    String before = container.status;
    apply(verb, container);
    if (!before.equals(container.status) || verb.equals("restart")) {
      calls.add(query.containsKey("t") ? call + " " + query.get("t") : call);
    }
    moment.accept("after " + call);
    return new Reply(before.equals(container.status) ? 304 : 204, Headers.NONE, Body.NONE);
  }

  private void apply(String verb, State container) {
    switch (verb) {
      case "stop" -> container.status = "exited";
      case "pause" -> container.status = "paused";
      case "unpause" -> container.status = "running";
      case "restart" -> {
        container.status = "running";
        container.started = nextStart();
      }
      default -> {
        if (!container.status.equals("running")) {
          container.status = "running";
          container.started = nextStart();
        }
      }
    }
  }

  private String list(String filters) {
    List<String> found = new ArrayList<>();
    for (State each : containers.values()) {
      boolean matches =
          each.labels.entrySet().stream()
                  .anyMatch(label -> filters.contains(label.getKey() + "=" + label.getValue()))
              || (filters.contains("status") && filters.contains("\"" + each.status + "\""));
      if (matches) {
        found.add(
            "{\"Id\":\"%s\",\"Names\":[\"/%s\"],\"State\":\"%s\",\"Labels\":%s}"
                .formatted(each.id, each.name, each.status, labels(each)));
      }
    }
    return "[" + String.join(",", found) + "]";
  }

  private static String inspection(State each) {
    String health =
        each.health.isEmpty() ? "" : ",\"Health\":{\"Status\":\"%s\"}".formatted(each.health);
    boolean isRunning = each.status.equals("running") || each.status.equals("paused");
    return """
    {"Id":"%s","Name":"/%s","State":{"Status":"%s","Running":%s,"StartedAt":"%s","ExitCode":0%s},
     "Config":{"Labels":%s},"HostConfig":{"AutoRemove":%s}}
    """
        .formatted(
            each.id,
            each.name,
            each.status,
            isRunning,
            each.started,
            health,
            labels(each),
            each.isRemovedAtItsEnd);
  }

  private static String labels(State each) {
    List<String> pairs = new ArrayList<>();
    each.labels.forEach((key, value) -> pairs.add("\"%s\":\"%s\"".formatted(key, value)));
    return "{" + String.join(",", pairs) + "}";
  }

  private static Reply json(String text) {
    return Reply.json(200, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Reply refusal(int status, String why) {
    return Reply.json(
        status, "{\"message\":\"%s\"}".formatted(why).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
