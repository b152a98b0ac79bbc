package ofelia.docker;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import ofelia.wire.Endpoint;
import ofelia.wire.Pipe;
import ofelia.wire.Tls;
import ofelia.wire.TlsFiles;
import ofelia.wire.Transport;

/// Where an engine listens, as `DOCKER_HOST` says it:
///
/// - `unix:///var/run/docker.sock`
/// - `tcp://HOST:2375`, or `tcp://HOST:2376` when there are certificates: then it is TLS and
///   nothing else. `tcp+tls://` and `https://` ask for TLS by themselves, `http://` for none
/// - `ssh://[USER@]HOST[:PORT][/SOCKET]`, see [Ssh]
/// - `npipe:////./pipe/docker_engine`, on Windows alone
///
/// @param transport how it is reached
/// @param httpHost the value of the `Host` header
public record DockerHost(Transport transport, String httpHost) {

  private static final boolean IS_WINDOWS = File.separatorChar == '\\';

  /// Where an engine listens that was told nothing.
  public static final String DEFAULT =
      IS_WINDOWS ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";

  private static final String FORMS = "write unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST";
  private static final Pattern PIPE = Pattern.compile("//[^/]+/pipe/.+");
  private static final int PORT = 2375;
  private static final int TLS_PORT = 2376;

  /// A host that is reached without TLS.
  ///
  /// @throws IllegalArgumentException with what is wrong and what to write instead
  public static DockerHost parse(String text) {
    return parse(text, Optional.empty());
  }

  /// @param tls the certificates to use; of no meaning to a socket, a pipe and ssh
  /// @throws IllegalArgumentException with what is wrong and what to write instead
  public static DockerHost parse(String text, Optional<TlsFiles> tls) {
    int end = text.indexOf("://");
    if (end < 0) {
      throw new IllegalArgumentException(shown(text) + " has no scheme; " + FORMS);
    }
    String rest = text.substring(end + 3);
    String scheme = text.substring(0, end).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "unix" -> unix(text, rest);
      case "tcp" -> tls.map(files -> tls(text, files)).orElseGet(() -> plain(text));
      case "http" -> {
        if (tls.isPresent()) {
          throw new IllegalArgumentException(
              shown(text) + " says no TLS, and there are certificates; write tcp://HOST:PORT");
        }
        yield plain(text);
      }
      case "https" -> tls(text, tls.orElseGet(TlsFiles::system));
      case "tcp+tls" ->
          tls(
              text,
              tls.orElseThrow(() ->
                  new IllegalArgumentException(
                      shown(text)
                          + " needs certificates; write the folder of ca.pem, cert.pem and"
                          + " key.pem into DOCKER_CERT_PATH")));
      case "ssh" -> new DockerHost(Ssh.to(address(text, "ssh://USER@HOST:PORT"), text), "docker");
      case "npipe" -> pipe(text, rest, IS_WINDOWS);
      default ->
          throw new IllegalArgumentException(shown(text) + " has an unknown scheme; " + FORMS);
    };
  }

  private static DockerHost unix(String text, String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(shown(text) + " has no absolute path; write unix:///PATH");
    }
    return new DockerHost(new Endpoint.Unix(Path.of(path)), "docker");
  }

  static DockerHost pipe(String text, String path, boolean isWindows) {
    if (!isWindows) {
      throw new IllegalArgumentException(
          shown(text) + " is a named pipe of Windows, and this is another system; " + FORMS);
    }
    if (!PIPE.matcher(path).matches()) {
      throw new IllegalArgumentException(
          shown(text) + " is not the address of a named pipe; write npipe:////./pipe/NAME");
    }
    return new DockerHost(new Pipe(path.replace('/', '\\')), "docker");
  }

  private static DockerHost plain(String text) {
    Endpoint.Tcp endpoint = tcp(text, PORT);
    return new DockerHost(endpoint, httpHost(endpoint));
  }

  private static DockerHost tls(String text, TlsFiles files) {
    Endpoint.Tcp endpoint = tcp(text, TLS_PORT);
    return new DockerHost(new Tls(endpoint, files), httpHost(endpoint));
  }

  private static String httpHost(Endpoint.Tcp endpoint) {
    return endpoint.toString().substring("tcp://".length());
  }

  private static Endpoint.Tcp tcp(String text, int defaultPort) {
    URI uri = address(text, "tcp://HOST:PORT");
    boolean bare = uri.getRawPath() == null || uri.getRawPath().matches("/?");
    if (!bare || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          shown(text) + " is more or less than an address; write tcp://HOST:PORT");
    }
    String host = uri.getHost();
    String bareHost = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Endpoint.Tcp(bareHost, uri.getPort() < 0 ? defaultPort : uri.getPort());
  }

  private static URI address(String text, String form) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException(shown(text) + " is not an address; write " + form);
    }
    if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          shown(text) + " is more or less than an address; write " + form);
    }
    return uri;
  }

  /// The text without a user and password that somebody put into it.
  static String shown(String text) {
    return "Docker host \"" + text.replaceFirst("//.*@", "//…@") + "\"";
  }

  @Override
  public String toString() {
    return transport.toString();
  }
}
