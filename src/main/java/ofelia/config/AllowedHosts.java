package ofelia.config;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/// Which hosts may be spoken to: `*` for any, `name`, `name:port`, or `*.name` for those below a
/// name.
///
/// @param patterns in lower case
public record AllowedHosts(List<String> patterns) {

  public AllowedHosts {
    patterns = patterns.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
  }

  /// Whether an address of HTTP may be called.
  public boolean allows(URI uri) {
    int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    return allows(uri.getHost(), uri.getPort() < 0 ? usual : uri.getPort());
  }

  /// @param host a name or address, IPv6 in brackets
  boolean allows(String host, int port) {
    String plain = host.toLowerCase(Locale.ROOT);
    return patterns.stream()
        .anyMatch(pattern ->
            pattern.equals("*")
                || pattern.equals(plain)
                || pattern.equals(plain + ":" + port)
                || (pattern.startsWith("*.") && plain.endsWith(pattern.substring(1))));
  }
}
