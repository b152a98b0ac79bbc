package ofelia.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Certificates and private keys in PEM files (RFC 7468).
///
/// The JDK reads keys as PKCS #8 only. The older forms that OpenSSL and Docker's guide write, PKCS
/// #1 for RSA (RFC 8017, A.1.2) and SEC 1 for elliptic curves (RFC 5915), are put into that
/// envelope (RFC 5208): a version, the algorithm, and the older form as octets.
///
/// All errors name the file; none shows any of its content.
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int PARAMETERS = 0xa0;

  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  /// `rsaEncryption` (1.2.840.113549.1.1.1) with its empty parameters.
  private static final byte[] RSA = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /// `id-ecPublicKey` (1.2.840.10045.2.1); the curve follows it.
  private static final byte[] ELLIPTIC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private record Block(String label, String body) {}

  private Pem() {}

  /// All certificates of a file, in its order; at least one.
  static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks(file)) {
        if (block.label().equals("CERTIFICATE")) {
          var der = new ByteArrayInputStream(bytes(block, file));
          certificates.add((X509Certificate) factory.generateCertificate(der));
        }
      }
    } catch (CertificateException e) {
      throw new IOException("\"" + file + "\" holds a certificate that cannot be read", e);
    }
    if (certificates.isEmpty()) {
      throw new IOException("\"" + file + "\" holds no certificate in PEM form");
    }
    return List.copyOf(certificates);
  }

  /// The first private key of a file.
  static PrivateKey key(Path file) throws IOException {
    List<Block> blocks = blocks(file);
    for (Block block : blocks) {
      Optional<byte[]> envelope =
          switch (block.label()) {
            case "PRIVATE KEY" -> Optional.of(bytes(block, file));
            case "RSA PRIVATE KEY" -> {
              requireOpen(block, file);
              yield Optional.of(envelope(RSA, bytes(block, file)));
            }
            case "EC PRIVATE KEY" -> {
              requireOpen(block, file);
              yield Optional.of(elliptic(bytes(block, file), blocks, file));
            }
            case "ENCRYPTED PRIVATE KEY" -> throw locked(file);
            default -> Optional.empty();
          };
      if (envelope.isPresent()) {
        return key(envelope.get(), file);
      }
    }
    throw new IOException("\"" + file + "\" holds no private key in PEM form");
  }

  private static PrivateKey key(byte[] pkcs8, Path file) throws IOException {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException _) {
        // A key of another algorithm; the last of them is followed by the complaint below.
      }
    }
    throw new IOException("\"" + file + "\" holds a private key that cannot be read");
  }

  private static void requireOpen(Block block, Path file) throws IOException {
    if (block.body().contains("Proc-Type")) {
      throw locked(file);
    }
  }

  private static IOException locked(Path file) {
    return new IOException(
        "the key in \""
            + file
            + "\" is locked by a passphrase; write it without one (openssl pkey -in … -out …)");
  }

  /// The curve stands in the key itself, or in a block before it.
  private static byte[] elliptic(byte[] sec1, List<Block> blocks, Path file) throws IOException {
    byte[] curve = {};
    for (Der element : Der.read(Der.read(sec1, file).getFirst().content(), file)) {
      if (element.tag() == PARAMETERS) {
        curve = element.content();
      }
    }
    for (Block block : blocks) {
      if (curve.length == 0 && block.label().equals("EC PARAMETERS")) {
        curve = bytes(block, file);
      }
    }
    if (curve.length == 0 || curve[0] != OBJECT_ID) {
      throw new IOException("the key in \"" + file + "\" does not name its curve");
    }
    return envelope(Der.write(SEQUENCE, ELLIPTIC, curve), sec1);
  }

  private static byte[] envelope(byte[] algorithm, byte[] key) {
    return Der.write(SEQUENCE, VERSION, algorithm, Der.write(OCTETS, key));
  }

  private static List<Block> blocks(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file \"" + file + "\"", e);
    } catch (AccessDeniedException e) {
      throw new IOException("\"" + file + "\" may not be read by this user", e);
    } catch (IOException e) {
      throw new IOException("\"" + file + "\" cannot be read: " + e.getMessage(), e);
    }
    List<Block> blocks = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(text); block.find(); ) {
      blocks.add(new Block(block.group(1), block.group(2)));
    }
    return blocks;
  }

  private static byte[] bytes(Block block, Path file) throws IOException {
    try {
      return Base64.getMimeDecoder().decode(block.body().strip());
    } catch (IllegalArgumentException e) {
      throw new IOException("\"" + file + "\" is damaged: it holds no Base64", e);
    }
  }

  /// An element of the distinguished encoding rules (X.690), as far as keys use them.
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Der(int tag, byte[] content) {

    static List<Der> read(byte[] bytes, Path file) throws IOException {
      List<Der> elements = new ArrayList<>();
      int at = 0;
      try {
        while (at < bytes.length) {
          int tag = bytes[at++] & 0xff;
          int length = bytes[at++] & 0xff;
          if (length > 0x80) {
            int count = length & 0x7f;
            length = 0;
            for (int i = 0; i < Math.min(count, 4); i++) {
              length = length << 8 | bytes[at++] & 0xff;
            }
          }
          byte[] content = new byte[length];
          System.arraycopy(bytes, at, content, 0, length);
          elements.add(new Der(tag, content));
          at += length;
        }
      } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
        throw new IOException("the key in \"" + file + "\" is damaged", e);
      }
      if (elements.isEmpty()) {
        throw new IOException("the key in \"" + file + "\" is empty");
      }
      return elements;
    }

    static byte[] write(int tag, byte[]... contents) {
      var content = new ByteArrayOutputStream();
      for (byte[] part : contents) {
        content.writeBytes(part);
      }
      var out = new ByteArrayOutputStream();
      out.write(tag);
      int length = content.size();
      if (length < 0x80) {
        out.write(length);
      } else if (length < 0x100) {
        out.write(0x81);
        out.write(length);
      } else {
        out.write(0x82);
        out.write(length >> 8);
        out.write(length);
      }
      out.writeBytes(content.toByteArray());
      return out.toByteArray();
    }
  }
}
