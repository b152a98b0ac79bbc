package ofelia.cron;

/// What a person wrote, as it stands in a message: within quotes, without characters that no
/// terminal should get, and not longer than can be read.
final class Quoted {

  private static final int LONGEST = 60;
  private static final int LONGEST_MESSAGE = 200;

  private Quoted() {}

  static String of(String text) {
    return '"' + plain(text, LONGEST) + '"';
  }

  /// A message made elsewhere, which may have such a text in it.
  static String message(String text) {
    return plain(text, LONGEST_MESSAGE);
  }

  private static String plain(String text, int longest) {
    StringBuilder plain = new StringBuilder();
    text.chars()
        .limit(longest)
        .forEach(c -> {
          boolean isPlain = !Character.isISOControl(c) && !Character.isSurrogate((char) c);
          plain.append(isPlain ? (char) c : '\uFFFD');
        });
    return plain.append(text.length() > longest ? "…" : "").toString();
  }
}
