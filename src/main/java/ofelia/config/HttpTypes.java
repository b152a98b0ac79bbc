package ofelia.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import ofelia.model.ValueSyntaxException;
import ofelia.model.ValueType;

/// How the values of keys about HTTP requests are written.
final class HttpTypes {

  private HttpTypes() {}

  /// An address with scheme `http` or `https`, and no user in it.
  static final ValueType<String> URL = new RunTypes.Checked("text", HttpTypes::url);

  /// `http://[USER:PASSWORD@]HOST:PORT`; empty is none.
  static final ValueType<String> PROXY = new RunTypes.Checked("text", HttpTypes::proxy);

  /// `Name: value` each.
  static final ValueType<List<String>> HEADERS = new RunTypes.CheckedList(false, HttpTypes::header);

  /// `200`, `2xx` or `200-299` each.
  static final ValueType<List<String>> STATUSES = new RunTypes.CheckedList(true, HttpTypes::status);

  /// What the client writes itself.
  private static final Set<String> NOT_WRITTEN =
      Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "te");

  private static final Pattern HEADER =
      Pattern.compile("(?<name>[!#$%&'*+.^_`|~0-9a-zA-Z-]+):[^\\x00-\\x08\\x0a-\\x1f\\x7f]*");

  private static final Pattern STATUS = Pattern.compile("[1-5](?:xx|[0-9]{2}(?:-[1-5][0-9]{2})?)");

  private static String url(String text) throws ValueSyntaxException {
    String advice = "write it as https://HOST/PATH";
    URI uri = uri(text, advice);
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
      throw new ValueSyntaxException("it is not an address that HTTP can call", advice, 0);
    }
    if (uri.getRawUserInfo() != null) {
      throw new ValueSyntaxException(
          "it has a user in it, who would be seen in logs",
          "write header = Authorization: …, or header-file with that line in it",
          0);
    }
    return text;
  }

  private static String proxy(String text) throws ValueSyntaxException {
    if (text.isEmpty()) {
      return text;
    }
    String advice = "write it as http://HOST:PORT";
    URI uri = uri(text, advice);
    boolean isBare = uri.getRawPath() == null || uri.getRawPath().matches("/?");
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null || !isBare) {
      throw new ValueSyntaxException("it is not the address of a proxy", advice, 0);
    }
    return text;
  }

  /// Does not show the text: it may hold a secret.
  private static URI uri(String text, String advice) throws ValueSyntaxException {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new ValueSyntaxException(
          "it is not an address: " + e.getReason(), advice, Math.max(0, e.getIndex()));
    }
  }

  private static String header(String text) throws ValueSyntaxException {
    var matcher = HEADER.matcher(text);
    if (!matcher.matches()) {
      throw new ValueSyntaxException("it is not a header", "write it as Name: value", 0);
    }
    String name = matcher.group("name");
    if (NOT_WRITTEN.contains(name.toLowerCase(Locale.ROOT))) {
      throw new ValueSyntaxException(
          "the header " + name + " follows from the address and the body", "remove it", 0);
    }
    return text;
  }

  private static String status(String text) throws ValueSyntaxException {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!STATUS.matcher(lower).matches()) {
      throw new ValueSyntaxException(
          "\"" + text + "\" is not a status", "write 200, 2xx or 200-299", 0);
    }
    return lower;
  }
}
