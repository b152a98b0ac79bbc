package ofelia.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import ofelia.model.Problem;
import ofelia.source.ConfigFiles.Contents;
import ofelia.source.ConfigFiles.Text;

/// Tells whether files are the same as before without keeping their text.
final class ContentDigest {

  private ContentDigest() {}

  /// Equal for equal contents, and for no others that will ever be met.
  static byte[] of(Contents contents) {
    MessageDigest digest = sha256();
    for (Text text : contents.texts()) {
      add(digest, text.path());
      add(digest, text.text());
    }
    for (Text text : contents.beside()) {
      add(digest, text.path());
      add(digest, text.text());
    }
    for (Problem problem : contents.problems()) {
      add(digest, problem.text());
    }
    return digest.digest();
  }

  /// Adds the length first, so that no two lists of texts run together to the same bytes.
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest.update((byte) (bytes.length >>> shift));
    }
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java platform has SHA-256", e);
    }
  }
}
