package ofelia.docker;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import ofelia.wire.Endpoint;
import ofelia.wire.Transport;

/// Where the engine listens, as `DOCKER_HOST` says it: `unix:///var/run/docker.sock`,
/// `tcp://HOST:2375` or `http://HOST:2375`.
///
/// @param transport how it is reached
/// @param httpHost the value of the `Host` header
public record DockerHost(Transport transport, String httpHost) {

  public static final String DEFAULT = "unix:///var/run/docker.sock";

  private static final int DEFAULT_PORT = 2375;

  /// @throws IllegalArgumentException with what is wrong and what to write instead
  public static DockerHost parse(String text) {
    int end = text.indexOf("://");
    if (end < 0) {
      throw new IllegalArgumentException(
          shown(text) + " has no scheme; write unix:///PATH or tcp://HOST:PORT");
    }
    String rest = text.substring(end + 3);
    return switch (text.substring(0, end).toLowerCase(Locale.ROOT)) {
      case "unix" -> unix(text, rest);
      case "tcp", "http" -> tcp(text);
      case "https", "tcp+tls", "ssh", "npipe" ->
          throw new IllegalArgumentException(
              shown(text) + " is not supported yet; write unix:///PATH or tcp://HOST:PORT");
      default ->
          throw new IllegalArgumentException(
              shown(text) + " has an unknown scheme; write unix:///PATH or tcp://HOST:PORT");
    };
  }

  private static DockerHost unix(String text, String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(shown(text) + " has no absolute path; write unix:///PATH");
    }
    return new DockerHost(new Endpoint.Unix(Path.of(path)), "docker");
  }

  private static DockerHost tcp(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException(shown(text) + " is not an address; write tcp://HOST:PORT");
    }
    String host = uri.getHost();
    boolean bare = uri.getRawPath() == null || uri.getRawPath().matches("/?");
    if (host == null || !bare || uri.getRawQuery() != null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          shown(text) + " is more or less than an address; write tcp://HOST:PORT");
    }
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    String bareHost = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new DockerHost(new Endpoint.Tcp(bareHost, port), host + ":" + port);
  }

  /// The text without a user and password that somebody put into it.
  private static String shown(String text) {
    return "Docker host \"" + text.replaceFirst("//.*@", "//…@") + "\"";
  }

  @Override
  public String toString() {
    return transport.toString();
  }
}
