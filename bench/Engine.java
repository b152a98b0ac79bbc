import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The bare calls of a Docker Engine that an exec or a run takes, each on a connection of its own.
record Engine(Path socket) {

  /// Of fresh containers, and of the one that runs.
  static final String IMAGE = System.getenv().getOrDefault("BENCH_IMAGE", "ofelia-test/busybox:1");

  /// The name of the container that runs.
  static final String CONTAINER = "ofelia-bench-" + ProcessHandle.current().pid();

  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]+)\"");

  static Optional<Engine> of(String address) {
    return address != null && address.startsWith("unix://")
        ? Optional.of(new Engine(Path.of(address.substring("unix://".length()))))
        : Optional.empty();
  }

  /// Starts [#CONTAINER], which sleeps.
  ///
  /// @return its id
  String startContainer() throws IOException {
    String id =
        id(
            call(
                "POST",
                "/containers/create?name=" + CONTAINER,
                "{\"Image\":\"%s\",\"Cmd\":[\"sleep\",\"3600\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}"
                    .formatted(IMAGE)));
    call("POST", "/containers/" + id + "/start", "");
    return id;
  }

  void removeContainer(String id) throws IOException {
    call("DELETE", "/containers/" + id + "?force=true", "");
  }

  /// Runs `true` in a container, from the creation of the exec to its exit code.
  void exec(String container) throws IOException {
    String id =
        id(
            call(
                "POST",
                "/containers/" + container + "/exec",
                "{\"AttachStdout\":true,\"AttachStderr\":true,\"User\":\"root\",\"Cmd\":[\"true\"]}"));
    call("POST", "/exec/" + id + "/start", "{\"Detach\":false,\"Tty\":false}");
    String state = call("GET", "/exec/" + id + "/json", "");
    if (!state.contains("\"ExitCode\":0")) {
      throw new IOException("an exec went wrong: " + state);
    }
  }

  /// Runs `true` in a fresh container, from its creation to its removal, with its exit code and log.
  void run() throws IOException {
    String id =
        id(
            call(
                "POST",
                "/containers/create",
                "{\"Image\":\"%s\",\"User\":\"root\",\"Cmd\":[\"true\"]}".formatted(IMAGE)));
    call("POST", "/containers/" + id + "/start", "");
    String ended = call("POST", "/containers/" + id + "/wait", "");
    call("GET", "/containers/" + id + "/logs?stdout=true&stderr=true", "");
    call("DELETE", "/containers/" + id + "?v=true", "");
    if (!ended.contains("\"StatusCode\":0")) {
      throw new IOException("a run went wrong: " + ended);
    }
  }

  private static String id(String answer) throws IOException {
    Matcher id = ID.matcher(answer);
    if (!id.find()) {
      throw new IOException("no id in the engine's answer: " + answer);
    }
    return id.group(1);
  }

  /// @return the answer's head and body, as they came
  private String call(String method, String path, String body) throws IOException {
    String request =
        "%s %s HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, path, body.length(), body);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(8192);
      while (channel.read(in) >= 0) {
        answer.write(in.array(), 0, in.position());
        in.clear();
      }
      String text = answer.toString(StandardCharsets.UTF_8);
      if (!text.startsWith("HTTP/1.1 2")) {
        throw new IOException("%s %s: %s".formatted(method, path, text));
      }
      return text;
    }
  }
}
