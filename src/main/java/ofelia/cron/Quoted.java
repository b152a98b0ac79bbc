package ofelia.cron;

/// What a person wrote, as it stands in a message: within quotes, without characters that no
/// terminal should get, and not longer than can be read.
final class Quoted {

  private static final int LONGEST = 60;

  private Quoted() {}

  static String of(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .limit(LONGEST)
        .forEach(c -> {
          boolean isPlain =
              c >= ' ' && !Character.isISOControl(c) && !Character.isSurrogate((char) c);
          quoted.append(isPlain ? (char) c : '\uFFFD');
        });
    return quoted.append(text.length() > LONGEST ? "…\"" : "\"").toString();
  }
}
