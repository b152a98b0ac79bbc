package ofelia.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/// An authority that signs certificates for tests, in PEM files as the docker CLI wants them. The
/// JDK can read certificates and not make them, so they are written here (RFC 5280), as far as
/// OpenSSL, Go and the JDK insist.
public final class TestAuthority {

  /// What kind of key a certificate has, and how its file is written.
  public enum KeyForm {
    RSA_PKCS8,
    RSA_PKCS1,
    EC_PKCS8,
    EC_SEC1
  }

  private static final AtomicLong SERIAL = new AtomicLong(System.nanoTime());
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final byte[] ECDSA_SHA256 =
      sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

  private final String name;
  private final KeyPair keys;
  private final byte[] certificate;

  private TestAuthority(String name) throws GeneralSecurityException {
    this.name = name;
    this.keys = newKeys(KeyForm.EC_PKCS8);
    byte[] isAuthority =
        extension(objectId(0x55, 0x1d, 0x13), sequence(new byte[] {0x01, 0x01, (byte) 0xff}));
    this.certificate = sign(name, keys, hours(1), isAuthority);
  }

  /// An authority whose certificate names it so.
  public static TestAuthority named(String name) throws GeneralSecurityException {
    return new TestAuthority(name);
  }

  private static Instant hours(int hours) {
    return Instant.now().plus(Duration.ofHours(hours));
  }

  /// A folder with `ca.pem`, `cert.pem` and `key.pem`.
  ///
  /// @param host that the certificate is for, a name or an IPv4 address
  public Path issue(Path folder, String host, KeyForm form)
      throws GeneralSecurityException, IOException {
    return issue(folder, host, form, hours(1));
  }

  /// @param expires may be past
  public Path issue(Path folder, String host, KeyForm form, Instant expires)
      throws GeneralSecurityException, IOException {
    KeyPair own = newKeys(form);
    boolean isAddress = host.matches("[0-9.]+");
    byte[] bytes =
        isAddress
            ? InetAddress.ofLiteral(host).getAddress()
            : host.getBytes(StandardCharsets.US_ASCII);
    byte[] names =
        extension(objectId(0x55, 0x1d, 0x11), sequence(der(isAddress ? 0x87 : 0x82, bytes)));
    Files.createDirectories(folder);
    writeAuthority(folder);
    Files.writeString(
        folder.resolve("cert.pem"), pem("CERTIFICATE", sign(host, own, expires, names)));
    Files.writeString(folder.resolve("key.pem"), key(own.getPrivate(), form));
    return folder;
  }

  /// Writes `ca.pem` alone.
  public void writeAuthority(Path folder) throws IOException {
    Files.writeString(folder.resolve("ca.pem"), pem("CERTIFICATE", certificate));
  }

  private static KeyPair newKeys(KeyForm form) throws GeneralSecurityException {
    boolean isRsa = form == KeyForm.RSA_PKCS1 || form == KeyForm.RSA_PKCS8;
    KeyPairGenerator generator = KeyPairGenerator.getInstance(isRsa ? "RSA" : "EC");
    if (isRsa) {
      generator.initialize(2048);
    } else {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    return generator.generateKeyPair();
  }

  private byte[] sign(String subject, KeyPair subjectKeys, Instant expires, byte[] extension)
      throws GeneralSecurityException {
    byte[] body =
        sequence(
            der(0xa0, integer(BigInteger.TWO)),
            integer(BigInteger.valueOf(SERIAL.incrementAndGet())),
            ECDSA_SHA256,
            name(name),
            sequence(time(expires.minus(Duration.ofHours(2))), time(expires)),
            name(subject),
            subjectKeys.getPublic().getEncoded(),
            der(0xa3, sequence(extension)));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(body);
    return sequence(body, ECDSA_SHA256, bits(signature.sign()));
  }

  /// The older forms are what lies inside the envelope that the JDK writes.
  private static String key(PrivateKey key, KeyForm form) {
    byte[] envelope = key.getEncoded();
    return switch (form) {
      case RSA_PKCS8, EC_PKCS8 -> pem("PRIVATE KEY", envelope);
      case RSA_PKCS1 -> pem("RSA PRIVATE KEY", inside(envelope));
      case EC_SEC1 -> {
        byte[] bare = inside(envelope);
        byte[] curve = objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07);
        byte[] withCurve = sequence(content(bare), der(0xa0, curve));
        yield pem("EC PARAMETERS", curve) + pem("EC PRIVATE KEY", withCurve);
      }
    };
  }

  /// The octets after version and algorithm.
  private static byte[] inside(byte[] envelope) {
    byte[] parts = content(envelope);
    int algorithm = 3;
    int octets = algorithm + 2 + parts[algorithm + 1];
    return content(Arrays.copyOfRange(parts, octets, parts.length));
  }

  private static byte[] content(byte[] der) {
    int lengthBytes = (der[1] & 0x80) == 0 ? 0 : der[1] & 0x7f;
    int length = lengthBytes == 0 ? der[1] : 0;
    for (int i = 0; i < lengthBytes; i++) {
      length = length << 8 | der[2 + i] & 0xff;
    }
    return Arrays.copyOfRange(der, 2 + lengthBytes, 2 + lengthBytes + length);
  }

  private static String pem(String label, byte[] bytes) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static byte[] name(String text) {
    byte[] commonName = objectId(0x55, 0x04, 0x03);
    byte[] value = der(0x0c, text.getBytes(StandardCharsets.UTF_8));
    return sequence(der(0x31, sequence(commonName, value)));
  }

  private static byte[] extension(byte[] id, byte[] value) {
    return sequence(id, new byte[] {0x01, 0x01, (byte) 0xff}, der(0x04, value));
  }

  private static byte[] time(Instant instant) {
    return der(0x18, GENERALIZED.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] integer(BigInteger number) {
    return der(0x02, number.toByteArray());
  }

  private static byte[] bits(byte[] bytes) {
    return der(0x03, new byte[] {0}, bytes);
  }

  private static byte[] objectId(int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return der(0x06, content);
  }

  private static byte[] sequence(byte[]... parts) {
    return der(0x30, parts);
  }

  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
