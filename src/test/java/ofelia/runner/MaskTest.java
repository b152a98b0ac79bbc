package ofelia.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Secrets do not show, whatever the pieces in which they come.
class MaskTest {

  private static final Mask MASK = Mask.of(List.of("hunter22", "pass", "password", "größe"));

  @ParameterizedTest
  @CsvSource({
    "nothing here,           nothing here",
    "hunter22,               ***",
    "a hunter22b hunter22 c, a ***b *** c",
    "password,               ***",
    "passwor,                ***wor",
    "passpassword,           ******",
    "papass,                 pa***",
    "huntehunter22,          hunte***",
    "größegröß,              ***größ",
    "'',                     ''",
  })
  void standsInPlaceOfEachSecret(String text, String shown) {
    assertThat(MASK.apply(text)).isEqualTo(shown);
  }

  @Test
  void doesNotDependOnThePiecesInWhichTextComes() {
    Random random = new Random(20261130);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < 40) {
        text.append(
            List.of("pass", "word", "hunter", "22", "p", "grö", "ße", "\n").get(random.nextInt(8)));
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      ByteArrayOutputStream shown = new ByteArrayOutputStream();
      Mask.Stream stream = MASK.new Stream();
      for (int from = 0; from < bytes.length; ) {
        int length = Math.min(random.nextInt(6), bytes.length - from);
        shown.writeBytes(stream.next(bytes, from, length));
        from += length;
      }
      shown.writeBytes(stream.end());
      String all = shown.toString(UTF_8);
      assertThat(all).as(text.toString()).isEqualTo(MASK.apply(text.toString()));
      assertThat(all).as(text.toString()).doesNotContain("pass", "hunter22", "größe");
    }
  }

  @Test
  void holdsBackNoMoreThanMayBeASecret() {
    Mask.Stream stream = MASK.new Stream();
    assertThat(shown(stream, "x hunt")).isEqualTo("x ");
    assertThat(shown(stream, "ed")).isEqualTo("hunted");
    assertThat(shown(stream, "hunter2")).isEmpty();
    stream.rewind();
    assertThat(shown(stream, "2\n")).isEqualTo("2\n");
    assertThat(stream.end()).isEmpty();
  }

  private static String shown(Mask.Stream stream, String piece) {
    byte[] bytes = ("<" + piece + ">").getBytes(UTF_8);
    return new String(stream.next(bytes, 1, bytes.length - 2), UTF_8);
  }

  @Test
  void knowsEachLineOfASecretAndLeavesWhatStandsEverywhere() {
    Mask mask = Mask.of(List.of("-----BEGIN KEY-----\nAAAA\r\nBBB\n\n", "1", ""));
    assertThat(mask.apply("1 AAAA\r\nBBB 11 -----BEGIN KEY-----")).isEqualTo("1 ***\r\nBBB 11 ***");
    assertThat(Mask.of(List.of("abc", "\n")).isEmpty()).isTrue();
  }
}
