package ofelia.wire;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Whom to believe and what to prove in TLS, from PEM files. They are read when a connection is
/// opened and they have changed since, so that renewed certificates need no restart.
///
/// Safe for any thread.
public final class TlsFiles {

  private final Optional<Path> authorities;
  private final Optional<Path> certificate;
  private final Optional<Path> key;
  private final boolean verifies;
  private @Nullable Loaded loaded;

  /// What was read last, and from which state of the files.
  private record Loaded(List<FileTime> stamps, SSLContext context, Optional<X509Certificate> own) {}

  /// @param authorities certificates of the authorities that are believed; those of the system when
  ///   empty
  /// @param certificate this side's own, with the chain to its authority after it
  /// @param key of that certificate
  /// @param verifies whether the other side must prove who it is; false is for people who say so
  private TlsFiles(
      Optional<Path> authorities,
      Optional<Path> certificate,
      Optional<Path> key,
      boolean verifies) {
    this.authorities = authorities;
    this.certificate = certificate;
    this.key = key;
    this.verifies = verifies;
  }

  /// The authorities of the system, and no certificate of one's own.
  public static TlsFiles system() {
    return new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty(), true);
  }

  /// No certificate of one's own.
  ///
  /// @param authorities those of the system when empty
  /// @throws IOException when the file is missing or cannot be used; names it
  public static TlsFiles trusting(Optional<Path> authorities, boolean verifies) throws IOException {
    TlsFiles files = new TlsFiles(authorities, Optional.empty(), Optional.empty(), verifies);
    var _ = files.context();
    return files;
  }

  /// With a certificate of one's own.
  ///
  /// @param authorities those of the system when empty
  /// @param certificate with the chain to its authority after it
  /// @throws IOException when a file is missing or cannot be used; names it
  public static TlsFiles proving(
      Optional<Path> authorities, Path certificate, Path key, boolean verifies) throws IOException {
    TlsFiles files =
        new TlsFiles(authorities, Optional.of(certificate), Optional.of(key), verifies);
    var _ = files.context();
    return files;
  }

  /// `ca.pem`, `cert.pem` and `key.pem` of a folder, as the docker CLI names them. The authorities
  /// are required when the other side is verified; certificate and key come both or not at all.
  ///
  /// @throws IOException when a file is missing or cannot be used; names it
  public static TlsFiles in(Path folder, boolean verifies) throws IOException {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    boolean hasOwn = Files.exists(certificate) || Files.exists(key);
    TlsFiles files =
        new TlsFiles(
            verifies ? Optional.of(folder.resolve("ca.pem")) : Optional.empty(),
            hasOwn ? Optional.of(certificate) : Optional.empty(),
            hasOwn ? Optional.of(key) : Optional.empty(),
            verifies);
    var _ = files.context();
    return files;
  }

  boolean verifies() {
    return verifies;
  }

  /// Where the authorities that are believed stand, for messages.
  String authorities() {
    return authorities.map(file -> "\"" + file + "\"").orElse("the system");
  }

  boolean hasOwn() {
    return certificate.isPresent();
  }

  /// What is wrong with this side's own certificate, for messages: nothing, as far as this side can
  /// tell, when it is only named.
  synchronized String own() {
    if (certificate.isEmpty()) {
      return "none was given";
    }
    Loaded last = loaded;
    String named = "\"" + certificate.get() + "\"";
    if (last == null || last.own().isEmpty()) {
      return named;
    }
    X509Certificate own = last.own().get();
    try {
      own.checkValidity();
      return named;
    } catch (CertificateExpiredException _) {
      return named + ", which expired on " + own.getNotAfter().toInstant();
    } catch (CertificateNotYetValidException _) {
      return named + ", which is not valid before " + own.getNotBefore().toInstant();
    }
  }

  /// @throws IOException when a file is missing or cannot be used; names it
  synchronized SSLContext context() throws IOException {
    List<FileTime> stamps = stamps();
    Loaded last = loaded;
    if (last != null && last.stamps().equals(stamps)) {
      return last.context();
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      List<X509Certificate> own = new ArrayList<>();
      KeyManager[] proof = {};
      if (certificate.isPresent() && key.isPresent()) {
        own.addAll(Pem.certificates(certificate.get()));
        PrivateKey secret = Pem.key(key.get());
        requirePair(own.getFirst(), secret);
        proof = new KeyManager[] {new Identity(List.copyOf(own), secret)};
      }
      context.init(proof, trust(), null);
      loaded = new Loaded(stamps, context, own.stream().findFirst());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private List<FileTime> stamps() throws IOException {
    List<FileTime> stamps = new ArrayList<>();
    for (Path file : Stream.of(authorities, certificate, key).flatMap(Optional::stream).toList()) {
      stamps.add(
          Files.exists(file)
              ? Files.getLastModifiedTime(file)
              : FileTime.fromMillis(Long.MIN_VALUE));
    }
    return stamps;
  }

  private TrustManager @Nullable [] trust() throws IOException, GeneralSecurityException {
    if (!verifies) {
      return new TrustManager[] {new Credulous()};
    }
    if (authorities.isEmpty()) {
      return null; // The context's own choice: the system's.
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int count = 0;
    for (X509Certificate authority : Pem.certificates(authorities.get())) {
      store.setCertificateEntry("authority-" + count++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /// The other side would refuse a pair that does not match, without saying why.
  private void requirePair(X509Certificate own, PrivateKey secret)
      throws IOException, GeneralSecurityException {
    String algorithm =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> secret.getAlgorithm();
        };
    boolean isPair;
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(secret);
      signing.update(VERIFIED);
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(own.getPublicKey());
      checking.update(VERIFIED);
      isPair = checking.verify(signing.sign());
    } catch (java.security.InvalidKeyException _) {
      isPair = false; // A key of another kind.
    }
    if (!isPair) {
      throw new IOException(
          "\"" + key.orElseThrow() + "\" is not the key of \"" + certificate.orElseThrow() + "\"");
    }
  }

  private static final byte[] VERIFIED = {1, 2, 3, 4};

  /// The folder's one certificate, whatever the other side asks for: it will say when it does not
  /// like it.
  private static final class Identity extends X509ExtendedKeyManager {

    private static final String ALIAS = "own";

    private final List<X509Certificate> chain;
    private final PrivateKey secret;

    Identity(List<X509Certificate> chain, PrivateKey secret) {
      this.chain = chain;
      this.secret = secret;
    }

    private @Nullable String alias(String... keyTypes) {
      String own = secret.getAlgorithm();
      return Stream.of(keyTypes).anyMatch(type -> type.equals(own)) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(keyTypes);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(keyTypes);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return alias(keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return secret;
    }
  }

  /// Believes everybody: for those who wrote that they want no verification.
  private static final class Credulous extends X509ExtendedTrustManager {

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String authType, @Nullable SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String authType, @Nullable Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String authType, @Nullable SSLEngine engine) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String authType, @Nullable Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
