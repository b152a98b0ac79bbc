package ofelia.wire;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/// A TCP port with TLS 1.2 or 1.3. The other side must prove that it is the host that was named
/// (RFC 2818), unless [TlsFiles] says otherwise; there is no way back to a connection without TLS.
///
/// @param endpoint where it listens
/// @param files whom to believe and what to prove
/// @param way how it is reached: directly, or through a proxy
public record Tls(Endpoint.Tcp endpoint, TlsFiles files, Transport way) implements Transport {

  public Tls(Endpoint.Tcp endpoint, TlsFiles files) {
    this(endpoint, files, endpoint);
  }

  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  @Override
  public Connection open(Deadline deadline) throws IOException {
    SSLEngine engine = files.context().createSSLEngine(endpoint.host(), endpoint.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    if (files.verifies()) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
    Connection plain = way.open(deadline);
    TlsConnection connection = new TlsConnection(plain, engine, this::explained);
    Watchdog.Guard guard = Watchdog.guard(plain);
    guard.arm(deadline.atNanos());
    try {
      connection.handshake();
    } catch (IOException e) {
      plain.close();
      if (guard.hasExpired()) {
        throw new DeadlineExceededException("agreeing on TLS with " + this, deadline.limit());
      }
      throw e;
    } finally {
      guard.disarm();
    }
    return connection;
  }

  /// What a failure of TLS means, and what to do about it.
  private IOException explained(SSLException e) {
    String said = String.valueOf(e.getMessage());
    Matcher alert = ALERT.matcher(said);
    if (alert.find()) {
      return new IOException(refused(alert.group(1)), e);
    }
    // "Unsupported or unrecognized SSL message", or "Unrecognized SSL message, plaintext …".
    if (said.toLowerCase(Locale.ROOT).contains("unrecognized ssl message")) {
      return new IOException(
          "it answers without TLS; connect to its port with TLS (2376 as a rule), or do not ask"
              + " for TLS",
          e);
    }
    if (find(e, CertificateExpiredException.class).isPresent()) {
      return new IOException("its certificate has expired; renew it on its side", e);
    }
    // A chain that ends nowhere, or with an authority of the same name and another key.
    if (find(e, CertPathBuilderException.class).isPresent()
        || find(e, CertPathValidatorException.class).isPresent()) {
      return new IOException(
          "its certificate is not signed by an authority in " + files.authorities(), e);
    }
    Optional<CertificateException> certificate = find(e, CertificateException.class);
    return certificate
        .map(c -> new IOException("its certificate is not for this host: " + c.getMessage(), e))
        .orElseGet(() -> new IOException("TLS failed: " + said, e));
  }

  private String refused(String alert) {
    String words = alert.toLowerCase(Locale.ROOT);
    if (words.contains("certificate") || words.equals("unknown_ca")) {
      return "it refuses the client certificate (" + words + "): " + files.own();
    }
    return files.hasOwn()
        ? "it refuses TLS: " + words
        : "it refuses TLS (" + words + "); it may want a client certificate, and none was given";
  }

  private static <T extends Throwable> Optional<T> find(Throwable thrown, Class<T> type) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return way + " (TLS)";
  }
}
