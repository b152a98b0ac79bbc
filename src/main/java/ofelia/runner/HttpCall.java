package ofelia.runner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import ofelia.model.OutputChannel;
import ofelia.plugin.RunSink;
import ofelia.wire.Body;
import ofelia.wire.Deadline;
import ofelia.wire.Endpoint;
import ofelia.wire.Headers;
import ofelia.wire.HttpClient;
import ofelia.wire.HttpStream;
import ofelia.wire.Limits;
import ofelia.wire.Request;
import ofelia.wire.Target;
import ofelia.wire.Tls;
import ofelia.wire.Transport;
import ofelia.wire.Tunnel;

/// One HTTP exchange, redirects included, within one deadline.
///
/// Written headers are for the host that the job names: a redirect to another scheme, host or port
/// loses them, and one from `https` to `http` is not followed. After status 303, and after 301 and
/// 302 to a `POST`, the next request is a `GET` without a body, as browsers do it (RFC 9110,
/// section 15.4).
final class HttpCall {

  /// How much of the answer is searched for a text.
  static final int SEARCHED_BYTES = 1 << 20;

  private static final int PIECE_BYTES = 32 << 10;

  private final HttpPlan plan;
  private final RunSink sink;

  /// What came back.
  ///
  /// @param beginning the first bytes of the body, up to [#SEARCHED_BYTES]
  record Answer(int status, String beginning) {}

  /// The next request to make.
  private record Step(String method, URI uri, Headers headers, Body body) {}

  HttpCall(HttpPlan plan, RunSink sink) {
    this.plan = plan;
    this.sink = sink;
  }

  /// @throws IOException when there was no whole answer, or a redirect leads where it may not
  Answer make() throws IOException {
    Deadline deadline = Deadline.within(plan.timeout());
    Step step = new Step(plan.method(), plan.uri(), plan.headers(), plan.body());
    for (int redirects = 0; ; redirects++) {
      requireAllowed(step.uri());
      try (HttpStream stream = exchange(step, deadline)) {
        note(step, stream.status());
        Optional<String> location = stream.headers().find("Location");
        boolean isRedirect =
            switch (stream.status()) {
              case 301, 302, 303, 307, 308 -> location.isPresent() && plan.maxRedirects() > 0;
              default -> false;
            };
        if (!isRedirect) {
          return new Answer(stream.status(), keep(stream.body()));
        }
        if (redirects == plan.maxRedirects()) {
          throw new IOException("more than " + redirects + " redirects");
        }
        step = next(step, stream.status(), location.orElseThrow());
      }
    }
  }

  private void requireAllowed(URI uri) throws IOException {
    if (!plan.allows(uri)) {
      throw new IOException(
          "\"" + uri.getHost() + "\" is not among the http-allowed-hosts of [global]");
    }
  }

  private HttpStream exchange(Step step, Deadline deadline) throws IOException {
    URI uri = step.uri();
    boolean isSecure = "https".equalsIgnoreCase(uri.getScheme());
    int port = HttpPlan.port(uri);
    String host = uri.getHost().replaceAll("^\\[|]$", "");
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    String authority = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + port);
    Endpoint.Tcp endpoint = new Endpoint.Tcp(host, port);
    Headers headers = step.headers();
    Transport transport = endpoint;
    if (plan.proxy().isPresent()) {
      HttpPlan.Proxy proxy = plan.proxy().get();
      if (isSecure) {
        transport = new Tunnel(proxy.endpoint(), proxy.user(), host, port);
      } else {
        // Such a proxy is asked for the whole address (RFC 9112, section 3.2.2).
        transport = proxy.endpoint();
        target = "http://" + authority + target;
        if (proxy.user().isPresent()) {
          headers = headers.with("Proxy-Authorization", Tunnel.basic(proxy.user().get()));
        }
      }
    }
    if (isSecure) {
      transport = new Tls(endpoint, plan.tls(uri), transport);
    }
    Request request = new Request(step.method(), new Target(target), headers, step.body());
    return new HttpClient(transport, authority, Limits.CLIENT).exchange(request, deadline);
  }

  private static Step next(Step step, int status, String location) throws IOException {
    URI uri;
    try {
      uri = URI.create(step.uri().resolve(location).toASCIIString());
    } catch (IllegalArgumentException e) {
      throw new IOException("it redirects to what is no address", e);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
      throw new IOException("it redirects to what is no address of HTTP");
    }
    if (scheme.equals("http") && "https".equalsIgnoreCase(step.uri().getScheme())) {
      throw new IOException(
          "it redirects from https to http at \"" + uri.getHost() + "\", which is not followed");
    }
    boolean isGet =
        status == 303 && !step.method().equals("HEAD")
            || (status == 301 || status == 302) && step.method().equals("POST");
    Headers headers =
        HttpPlan.isSameOrigin(step.uri(), uri) ? step.headers() : HttpPlan.PLAIN_HEADERS;
    return isGet
        ? new Step("GET", uri, headers, Body.NONE)
        : new Step(step.method(), uri, headers, step.body());
  }

  private void note(Step step, int status) {
    String line = step.method() + " " + HttpPlan.shown(step.uri()) + ": " + status + "\n";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    output(OutputChannel.STDERR, bytes, bytes.length);
  }

  /// Copies the body to the output.
  ///
  /// @return its beginning
  private String keep(InputStream body) throws IOException {
    ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    byte[] piece = new byte[PIECE_BYTES];
    for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
      beginning.write(piece, 0, Math.min(count, SEARCHED_BYTES - beginning.size()));
      output(OutputChannel.STDOUT, piece, count);
    }
    return beginning.toString(StandardCharsets.UTF_8);
  }

  private void output(OutputChannel channel, byte[] bytes, int length) {
    if (length == 0) {
      return;
    }
    try {
      sink.output(channel, bytes, 0, length);
    } catch (UncheckedIOException _) {
      // The sink has said so; the exchange goes on.
    }
  }
}
