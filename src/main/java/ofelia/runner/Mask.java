package ofelia.runner;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Puts three asterisks in place of secrets.
///
/// A secret of several lines is looked for line by line, since programs print it in that way and
/// with other line ends. Texts of fewer than [#SHORTEST] bytes are left: they stand everywhere, and
/// to see that `1` is masked would tell what the secret is. What a program has changed (encoded,
/// cut, coloured) is not known again.
///
/// Immutable; each [Stream] is owned by one thread.
final class Mask {

  static final int SHORTEST = 4;

  private static final byte[] SHOWN = "***".getBytes(StandardCharsets.US_ASCII);

  /// The longest first, so that none shows the rest of another that begins alike.
  private final List<byte[]> secrets;

  private final boolean[] isFirstByte = new boolean[256];

  private Mask(List<byte[]> secrets) {
    this.secrets = secrets;
    secrets.forEach(secret -> isFirstByte[secret[0] & 0xff] = true);
  }

  static Mask of(Collection<String> secrets) {
    return new Mask(
        secrets.stream()
            .flatMap(String::lines)
            .distinct()
            .map(line -> line.getBytes(StandardCharsets.UTF_8))
            .filter(line -> line.length >= SHORTEST)
            .sorted(Comparator.comparingInt((byte[] line) -> line.length).reversed())
            .toList());
  }

  boolean isEmpty() {
    return secrets.isEmpty();
  }

  String apply(String text) {
    if (isEmpty()) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Stream stream = new Stream();
    ByteArrayOutputStream clean = new ByteArrayOutputStream(bytes.length);
    clean.writeBytes(stream.next(bytes, 0, bytes.length));
    clean.writeBytes(stream.end());
    return clean.toString(StandardCharsets.UTF_8);
  }

  /// What comes in pieces. Bytes that may be the beginning of a secret are held back until the next
  /// piece tells, so at most as many as the longest secret has.
  final class Stream {

    private byte[] held = {};

    /// @return what may be shown by now
    byte[] next(byte[] bytes, int offset, int length) {
      byte[] all = new byte[held.length + length];
      System.arraycopy(held, 0, all, 0, held.length);
      System.arraycopy(bytes, offset, all, held.length, length);
      return clean(all, false);
    }

    /// @return what was held back, since nothing follows
    byte[] end() {
      return clean(held, true);
    }

    /// Forgets what is held back.
    void rewind() {
      held = new byte[0];
    }

    private byte[] clean(byte[] all, boolean isLast) {
      ByteArrayOutputStream clean = new ByteArrayOutputStream(all.length);
      int shown = 0;
      int at = 0;
      while (at < all.length) {
        if (!isFirstByte[all[at] & 0xff]) {
          at++;
          continue;
        }
        if (!isLast && mayBegin(all, at)) {
          break;
        }
        int length = matching(all, at);
        if (length > 0) {
          clean.write(all, shown, at - shown);
          clean.writeBytes(SHOWN);
          shown = at + length;
        }
        at += Math.max(1, length);
      }
      clean.write(all, shown, at - shown);
      held = Arrays.copyOfRange(all, at, all.length);
      return clean.toByteArray();
    }
  }

  /// Whether a secret may begin here of which the rest has not come yet.
  private boolean mayBegin(byte[] all, int at) {
    int left = all.length - at;
    for (byte[] secret : secrets) {
      if (secret.length <= left) {
        return false;
      }
      if (isEqual(secret, all, at, left)) {
        return true;
      }
    }
    return false;
  }

  /// @return the length of the longest secret that stands here, or 0
  private int matching(byte[] all, int at) {
    for (byte[] secret : secrets) {
      if (secret.length <= all.length - at && isEqual(secret, all, at, secret.length)) {
        return secret.length;
      }
    }
    return 0;
  }

  private static boolean isEqual(byte[] secret, byte[] all, int at, int length) {
    return Arrays.equals(secret, 0, length, all, at, at + length);
  }
}
