package ofelia.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import ofelia.model.Key;

/// Keys of `job-http`.
public final class HttpKeys {

  private HttpKeys() {}

  public static final Key<String> URL =
      NewKey.optional(
          "url",
          HttpTypes.URL,
          Places.HTTP_ONLY,
          "The address to call, with `http` or `https`. Required.",
          "https://status.example.com/hooks/backup");

  public static final Key<String> METHOD =
      NewKey.optional(
          "method",
          KeyTypes.words(
              List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
              Map.ofEntries(
                  Map.entry("get", "GET"),
                  Map.entry("head", "HEAD"),
                  Map.entry("post", "POST"),
                  Map.entry("put", "PUT"),
                  Map.entry("patch", "PATCH"),
                  Map.entry("delete", "DELETE"),
                  Map.entry("options", "OPTIONS"))),
          Places.HTTP_ONLY,
          "The method; otherwise `POST` where there is a body, and `GET` where there is none.",
          "PUT");

  public static final Key<List<String>> HEADER =
      NewKey.of(
          "header",
          HttpTypes.HEADERS,
          List.of(),
          Places.HTTP_ONLY,
          "A header `Name: value`; repeat the key for several. Not sent to another host that the"
              + " first one redirects to.",
          "Content-Type: application/json");

  public static final Key<List<String>> HEADER_FILE =
      NewKey.list(
          "header-file",
          Places.HTTP_ONLY,
          "A file of such lines that the daemon reads at each run, for secrets; repeat the key for"
              + " several.",
          "/run/secrets/status-token");

  public static final Key<String> BODY =
      NewKey.optional("body", Places.HTTP_ONLY, "What is sent.", "{\"state\": \"done\"}");

  public static final Key<String> BODY_FILE =
      NewKey.optional(
          "body-file",
          Places.HTTP_ONLY,
          "A file that the daemon reads at each run and sends, instead of `body`; up to 16 MiB.",
          "/srv/reports/today.json");

  public static final Key<List<String>> EXPECT_STATUS =
      NewKey.of(
          "expect-status",
          HttpTypes.STATUSES,
          List.of("2xx"),
          Places.HTTP_ONLY,
          "The statuses that are a success.",
          "200, 204, 300-304");

  public static final Key<String> EXPECT_CONTENT =
      NewKey.optional(
          "expect-content",
          Places.HTTP_ONLY,
          "A text that the first mebibyte of the answer must have in it.",
          "\"status\":\"ok\"");

  /// Never zero.
  public static final Key<Duration> TIMEOUT =
      NewKey.of(
          "timeout",
          KeyTypes.SOME_DURATION,
          Duration.ofSeconds(30),
          Places.HTTP_ONLY,
          "How long the whole exchange may take, redirects and the answer's body included.",
          "5m");

  public static final Key<Integer> MAX_REDIRECTS =
      NewKey.of(
          "max-redirects",
          KeyTypes.integer(0, 20),
          5,
          Places.HTTP_ONLY,
          "How many redirects are followed. `0`: none, and a redirect is the answer.",
          "0");

  public static final Key<String> CA_FILE =
      NewKey.optional(
          "ca-file",
          Places.HTTP_ONLY,
          "A PEM file with the authorities that are believed, instead of the system's.",
          "/etc/ofelia/our-ca.pem");

  public static final Key<String> CERTIFICATE_FILE =
      NewKey.optional(
          "certificate-file",
          Places.HTTP_ONLY,
          "A PEM file with the certificate by which Ofelia proves who it is, and its chain; needs"
              + " `key-file`. Not shown to another host that the first one redirects to.",
          "/etc/ofelia/client.pem");

  public static final Key<String> KEY_FILE =
      NewKey.optional(
          "key-file",
          Places.HTTP_ONLY,
          "A PEM file with the key of `certificate-file`, without a passphrase.",
          "/run/secrets/client-key.pem");

  public static final Key<Boolean> VERIFY_CERTIFICATE =
      NewKey.of(
          "verify-certificate",
          KeyTypes.BOOLEAN,
          true,
          Places.HTTP_ONLY,
          "`false`: take any certificate. Whoever sits in between can then read and change"
              + " everything.",
          "false");

  public static final Key<String> PROXY =
      NewKey.optional(
          "proxy",
          HttpTypes.PROXY,
          Places.HTTP_ONLY,
          "The proxy to call through, `http://[USER:PASSWORD@]HOST:PORT`. Those of the environment"
              + " are not used.",
          "http://proxy.example.com:3128");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(
          URL,
          METHOD,
          HEADER,
          HEADER_FILE,
          BODY,
          BODY_FILE,
          EXPECT_STATUS,
          EXPECT_CONTENT,
          TIMEOUT,
          MAX_REDIRECTS,
          CA_FILE,
          CERTIFICATE_FILE,
          KEY_FILE,
          VERIFY_CERTIFICATE,
          PROXY);
}
