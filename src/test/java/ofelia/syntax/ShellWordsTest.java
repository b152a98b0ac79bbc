package ofelia.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellWordsTest {

  /// Words are joined with `|` on the right.
  @ParameterizedTest
  @CsvSource(
      delimiterString = " ~> ",
      quoteCharacter = '\0',
      value = {
        "echo a  b ~> echo|a|b",
        "sh -c \"a b\" ~> sh|-c|a b",
        "sh -c 'a \"b\" c' ~> sh|-c|a \"b\" c",
        "\"a\"b ~> a|b",
        "'it''s' ~> it|s",
        "--x=\"a b\" ~> --x=\"a|b\"",
        "'a\\'b' ~> a'b",
        "C:\\dir ~> C:dir",
        "C:\\\\dir ~> C:\\dir",
        "`a\\b c` d ~> a\\b c|d",
        "\\\"x\\\" y ~> \"x\"|y",
        "a\\ b c ~> a b|c",
        "echo {a b} c ~> echo|{a b}|c",
        "(a [b] \"c)\" d)e f ~> (a [b] \"c)\" d)|e|f",
        "ls > out file ~> ls|> out file",
        "ls # not a comment ~> ls|# not a comment",
        "a|b ~> a|b",
        "echo \"open end ~> echo|open end",
        "echo {open end ~> echo|{open end",
        "echo '' x ~> echo||x",
        "echo $HOME *.txt ~> echo|$HOME|*.txt",
        "a\\ ~> a",
      })
  void splitsAsTheGoProgramDoes(String line, String words) {
    assertThat(String.join("|", ShellWords.split(line))).isEqualTo(words);
  }

  @Test
  void aPipeTakesTheRestAsOneWord() {
    assertThat(ShellWords.split("ls | grep x")).containsExactly("ls", "| grep x");
  }

  @Test
  void blankLinesAndLoneMarksHaveNoWords() {
    assertThat(ShellWords.split("")).isEmpty();
    assertThat(ShellWords.split(" \t\n\u00a0")).isEmpty();
    assertThat(ShellWords.split("\\")).isEmpty();
    assertThat(ShellWords.split("a \"")).containsExactly("a");
    assertThat(ShellWords.split("\"\"")).containsExactly("");
  }

  /// A word put in double quotes with backslashes escaped comes back as it was, whatever it holds.
  @Test
  void quotedWordsComeBackUnchanged() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder word = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        word.append("ab \\\"'`|{}()#<".charAt(random.nextInt(14)));
      }
      String quoted = "\"" + word.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
      assertThat(ShellWords.split("x " + quoted + " y"))
          .as("seed %d", seed)
          .containsExactly("x", word.toString(), "y");
    }
  }
}
