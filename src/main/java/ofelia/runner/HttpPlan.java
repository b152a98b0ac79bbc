package ofelia.runner;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ofelia.config.AllowedHosts;
import ofelia.config.GlobalKeys;
import ofelia.config.HttpKeys;
import ofelia.model.Key;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.wire.Body;
import ofelia.wire.Endpoint;
import ofelia.wire.Headers;
import ofelia.wire.TlsFiles;

/// What a job asks for, with its files read.
///
/// @param allowed empty where any host is
/// @param authorities those of the system when empty
/// @param proof by what this side proves who it is
record HttpPlan(
    String method,
    URI uri,
    Headers headers,
    Body body,
    Duration timeout,
    int maxRedirects,
    Optional<AllowedHosts> allowed,
    Optional<Proxy> proxy,
    Optional<Path> authorities,
    Optional<Proof> proof,
    boolean verifies) {

  /// What every request carries.
  static final Headers PLAIN_HEADERS = Headers.of("User-Agent", "ofelia").with("Accept", "*/*");

  private static final long LONGEST_FILE_BYTES = 16 << 20;

  /// @param user `USER:PASSWORD`, a secret
  record Proxy(Endpoint.Tcp endpoint, Optional<String> user) {}

  /// The files of a certificate and of its key.
  record Proof(Path certificate, Path key) {}

  /// @throws IOException when a file cannot be read, or is not what it should be
  static HttpPlan of(RunRequest request) throws IOException {
    Settings settings = request.job().settings();
    Body body = body(settings);
    String method =
        settings.find(HttpKeys.METHOD).orElse(body instanceof Body.None ? "GET" : "POST");
    Optional<AllowedHosts> allowed =
        settings.isWritten(GlobalKeys.HTTP_ALLOWED_HOSTS)
            ? Optional.of(new AllowedHosts(settings.get(GlobalKeys.HTTP_ALLOWED_HOSTS)))
            : Optional.empty();
    return new HttpPlan(
        method,
        URI.create(URI.create(settings.find(HttpKeys.URL).orElse("")).toASCIIString()),
        headers(request),
        body,
        settings.get(HttpKeys.TIMEOUT),
        settings.get(HttpKeys.MAX_REDIRECTS),
        allowed,
        settings.find(HttpKeys.PROXY).filter(text -> !text.isEmpty()).map(HttpPlan::proxy),
        file(settings, HttpKeys.CA_FILE),
        file(settings, HttpKeys.CERTIFICATE_FILE)
            .flatMap(certificate ->
                file(settings, HttpKeys.KEY_FILE).map(key -> new Proof(certificate, key))),
        settings.get(HttpKeys.VERIFY_CERTIFICATE));
  }

  /// What nobody shall read in what a run leaves: the values of the headers from files, and the
  /// last word of each, such as that behind `Bearer`; the password of a proxy.
  ///
  /// @throws IOException when a file cannot be read
  static List<String> secrets(Settings settings) throws IOException {
    List<String> secrets = new ArrayList<>();
    for (String file : settings.get(HttpKeys.HEADER_FILE)) {
      String text = new String(read("header-file", file), StandardCharsets.UTF_8);
      text.lines()
          .forEach(line -> {
            String value = line.substring(line.indexOf(':') + 1).strip();
            secrets.add(value);
            secrets.add(value.substring(value.lastIndexOf(' ') + 1));
          });
    }
    settings
        .find(HttpKeys.PROXY)
        .filter(text -> !text.isEmpty())
        .flatMap(text -> proxy(text).user())
        .ifPresent(user -> secrets.add(user.substring(user.indexOf(':') + 1)));
    return secrets;
  }

  private static Optional<Path> file(Settings settings, Key<String> key) {
    return settings.find(key).filter(text -> !text.isEmpty()).map(Path::of);
  }

  /// What the job says of TLS. Its certificate is for the host that it names.
  ///
  /// @throws IOException when a file is missing or cannot be used; names it
  TlsFiles tls(URI target) throws IOException {
    return proof.isPresent() && isSameOrigin(uri, target)
        ? TlsFiles.proving(authorities, proof.get().certificate(), proof.get().key(), verifies)
        : TlsFiles.trusting(authorities, verifies);
  }

  static boolean isSameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && port(a) == port(b);
  }

  boolean allows(URI target) {
    return allowed.map(hosts -> hosts.allows(target)).orElse(true);
  }

  static int port(URI uri) {
    boolean isSecure = "https".equalsIgnoreCase(uri.getScheme());
    return uri.getPort() >= 0 ? uri.getPort() : isSecure ? 443 : 80;
  }

  /// The address without its query, which may hold a secret.
  static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return uri.getScheme() + "://" + uri.getHost() + port + path;
  }

  private static Proxy proxy(String text) {
    URI uri = URI.create(text);
    int port = uri.getPort() < 0 ? 80 : uri.getPort();
    String host = uri.getHost().replaceAll("^\\[|]$", "");
    Optional<String> user =
        Optional.ofNullable(uri.getRawUserInfo())
            .map(info -> URLDecoder.decode(info.replace("+", "%2B"), StandardCharsets.UTF_8));
    return new Proxy(new Endpoint.Tcp(host, port), user);
  }

  /// What the run is told about itself, and what the job writes.
  private static Headers headers(RunRequest request) throws IOException {
    Settings settings = request.job().settings();
    Headers headers = PLAIN_HEADERS;
    for (var told : request.environment().entrySet()) {
      headers = headers.with(headerName(told.getKey()), inAscii(told.getValue()));
    }
    for (String line : settings.get(HttpKeys.HEADER)) {
      headers = with(headers, line);
    }
    for (String file : settings.get(HttpKeys.HEADER_FILE)) {
      String text = new String(read("header-file", file), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
        try {
          headers = with(headers, line);
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
          throw new IOException("header-file \"" + file + "\" has a line that is not Name: value");
        }
      }
    }
    return headers;
  }

  /// `OFELIA_RUN_ID` is `Ofelia-Run-Id`.
  private static String headerName(String variable) {
    StringBuilder name = new StringBuilder();
    for (String word : List.of(variable.split("_", -1))) {
      name.append(name.isEmpty() ? "" : "-")
          .append(word.charAt(0))
          .append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  /// Headers have no other letters; `%` and two digits for each byte of one.
  private static String inAscii(String text) {
    boolean isPlain = text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '%');
    return isPlain ? text : URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// One that was there before gives way.
  private static Headers with(Headers headers, String line) {
    int colon = line.indexOf(':');
    String name = line.substring(0, colon).strip();
    String value = line.substring(colon + 1).strip();
    boolean isOurs = PLAIN_HEADERS.find(name).isPresent();
    Headers others =
        isOurs
            ? new Headers(
                headers.fields().stream()
                    .filter(field -> !field.name().equalsIgnoreCase(name))
                    .toList())
            : headers;
    return others.with(name, value);
  }

  private static Body body(Settings settings) throws IOException {
    Optional<String> file = settings.find(HttpKeys.BODY_FILE).filter(text -> !text.isEmpty());
    if (file.isPresent()) {
      return new Body.Bytes(read("body-file", file.get()));
    }
    return settings
        .find(HttpKeys.BODY)
        .filter(text -> !text.isEmpty())
        .map(Body::text)
        .orElse(Body.NONE);
  }

  private static byte[] read(String key, String name) throws IOException {
    String tried = "cannot read " + key + " \"" + name + "\": ";
    try {
      Path file = Path.of(name);
      if (Files.isRegularFile(file) && Files.size(file) > LONGEST_FILE_BYTES) {
        throw new IOException("longer than " + (LONGEST_FILE_BYTES >> 20) + " MiB");
      }
      return Files.readAllBytes(file);
    } catch (InvalidPathException e) {
      throw new IOException(tried + e.getReason(), e);
    } catch (NoSuchFileException e) {
      throw new IOException(tried + "no such file", e);
    } catch (IOException e) {
      throw new IOException(tried + e.getMessage(), e);
    }
  }
}
