package ofelia.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiterString = "~>",
      quoteCharacter = '\u0001',
      value = {
        "ls | grep x ~> | at 3",
        "a || b ~> || at 2",
        "make && make install ~> && at 5",
        "echo a; echo b ~> ; at 6",
        "echo a ; echo b ~> ; at 7",
        "sleep 5 & ~> & at 8",
        "sleep 5& ~> & at 7",
        "pg_dump shop > /tmp/x ~> > at 13",
        "pg_dump shop >> /tmp/x ~> >> at 13",
        "mail x < /tmp/x ~> < at 7",
        "x 2>/dev/null ~> 2> at 2",
        "x 2>&1 ~> 2> at 2",
        "sh -c 'a' | b ~> | at 10",
      })
  void findsWhatIsForAShell(String line, String operator) {
    assertThat(ShellWords.findOperator(line))
        .hasValueSatisfying(
            found -> assertThat(found.text() + " at " + found.offset()).isEqualTo(operator));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sh -c \"ls | grep x; echo a && b > c\"",
        "sh -c 'a; b'",
        "find . -name x -exec rm {} ;",
        "find . -exec rm {} \\;",
        "curl http://x/?a=1&b=2",
        "a|b",
        "x --filter=a;b",
        "echo a\\; b",
        "awk {print;exit}",
      })
  void takesNothingElseForAShells(String line) {
    assertThat(ShellWords.findOperator(line)).isEmpty();
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
