package ofelia.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import ofelia.syntax.SyntaxFinding.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IniFileTest {

  /// What the Go Ofelia reads, with the repaired comment rule.
  @ParameterizedTest
  @CsvSource(
      delimiterString = " ~> ",
      quoteCharacter = '\0',
      value = {
        "sh -c \"echo a; echo b\" ~> sh -c \"echo a; echo b\"",
        "`sh -c \"echo a; echo b\"` ~> sh -c \"echo a; echo b\"",
        "\"hello world\" ~> hello world",
        "'0 0 * * FRI#2' ~> 0 0 * * FRI#2",
        "\"a\" \"b\" ~> \"a\" \"b\"",
        "echo \\\"x\\\" ~> echo \\\"x\\\"",
        "echo \\\"x # y\\\" ~> echo \\\"x",
        "/a:/b:ro ~> /a:/b:ro",
        "a = b ~> a = b",
        "plain # comment ~> plain",
        "plain ; comment ~> plain",
        "it's 5 o'clock # say ~> it's 5 o'clock",
        "don't;x # a 'quoted' comment ~> don't;x",
        "\"it's # kept\" ~> it's # kept",
        "--x='a # b' # c ~> --x='a # b'",
        "\"unclosed # comment ~> \"unclosed",
        "'a\\' # b' # c ~> 'a\\' # b'",
        "\"\"\"a \"b\" # c\"\"\" ~> a \"b\" # c",
        "`a `b` c` ~> a `b` c",
        "C:\\temp ~> C:\\temp",
      })
  void readsTheValueOfOneLine(String written, String meant) {
    assertThat(onlyEntry("[s]\nkey = " + written + "\n").value()).isEqualTo(meant);
  }

  @Test
  void anEmptyValueIsEmptyWithOrWithoutAComment() {
    assertThat(onlyEntry("key =").value()).isEmpty();
    assertThat(onlyEntry("key = # nothing").value()).isEmpty();
    assertThat(onlyEntry("key = ''").value()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\0',
      value = {"0 0 * * FRI#2,18", "abc;def,10", "https://a/b#frag,18", "a#b # c,8"})
  void keepsACommentMarkWithoutABlankAndSaysWhereTheOldProgramCut(String written, int column) {
    IniFile file = IniFile.parse("f", "key = " + written);

    assertThat(file.sections().getFirst().entries().getFirst().value())
        .isEqualTo(written.replace(" # c", ""));
    assertThat(file.isWellFormed()).isTrue();
    assertThat(file.findings())
        .singleElement()
        .satisfies(f -> {
          assertThat(f.severity()).isEqualTo(Severity.WARNING);
          assertThat(f.line()).isEqualTo(1);
          assertThat(f.column()).isEqualTo(column);
          assertThat(f.found()).contains("cut the value at column " + column);
          assertThat(f.advice()).contains("quotes");
        });
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\0',
      value = {"@daily;", "@daily;;#", "@daily; # comment"})
  void dropsACommentMarkThatNothingFollowsAndSaysSo(String written) {
    IniFile file = IniFile.parse("f", "key = " + written);

    assertThat(file.sections().getFirst().entries().getFirst().value()).isEqualTo("@daily");
    assertThat(file.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.found()).contains("is dropped"))
        .satisfies(f -> assertThat(f.column()).isEqualTo(13));
  }

  @Test
  void quotingAValueSilencesTheWarning() {
    String text = "a = `x#y`\nb = \"x#y\"\nc = 'x;y'\nd = sh -c 'a;b'\n";

    assertThat(IniFile.parse("f", text).findings()).isEmpty();
  }

  @Test
  void readsSectionsKeysAndPositions() {
    String text =
        """
        loose = 1
        # comment
          [global]
        log-level:debug

        [job-exec "a]b"] ; comment with ]
          Schedule =   @daily
        "odd=key" = v
        `other:key`: "w"
        [job-exec "a]b"]
        """;

    IniFile file = IniFile.parse("f", "\uFEFF" + text);

    assertThat(file.findings()).isEmpty();
    assertThat(file.sections())
        .containsExactly(
            new IniSection("", 1, 1, List.of(new IniEntry("loose", "1", 1, 1, 9))),
            new IniSection("global", 3, 4, List.of(new IniEntry("log-level", "debug", 4, 1, 11))),
            new IniSection(
                "job-exec \"a]b\"",
                6,
                2,
                List.of(
                    new IniEntry("Schedule", "@daily", 7, 3, 16),
                    new IniEntry("odd=key", "v", 8, 2, 13),
                    new IniEntry("other:key", "w", 9, 2, 15))),
            new IniSection("job-exec \"a]b\"", 10, 2, List.of()));
  }

  @Test
  void keepsRepeatedKeysInOrder() {
    IniFile file = IniFile.parse("f", "[s]\nv = 1\nv = 2\nv = 1\n");

    assertThat(file.sections().getFirst().entries())
        .extracting(IniEntry::value)
        .containsExactly("1", "2", "1");
  }

  @Test
  void readsRawValuesOverLines() {
    IniFile file =
        IniFile.parse("f", "a = `one\r\n  two # x\n[three]` # c\nb = \"\"\"\nx\n\"\"\"\nc=1");

    assertThat(file.findings()).isEmpty();
    assertThat(file.sections().getFirst().entries())
        .containsExactly(
            new IniEntry("a", "one\n  two # x\n[three]", 1, 1, 6),
            new IniEntry("b", "\nx\n", 4, 1, 8),
            new IniEntry("c", "1", 7, 1, 3));
  }

  @Test
  void joinsContinuedLinesAsTheyAre() {
    IniFile file =
        IniFile.parse("f", "a = one \\\n   two; # x\\\n\"three\"\nb = x\\\n\nc = 1\nd = e \\");

    assertThat(file.sections().getFirst().entries())
        .extracting(IniEntry::value)
        .containsExactly("one two; # x\"three\"", "x", "1", "e ");
    assertThat(file.sections().getFirst().entries().get(2).line()).isEqualTo(6);
  }

  @Test
  void reportsEveryMistakeAtOnce() {
    String text =
        """
        [open
        bare
        = value
        []
        "never = closed
        ok = `a` b
        raw = `never closed
        also = fine
        """;

    IniFile file = IniFile.parse("f", text);

    assertThat(file.isWellFormed()).isFalse();
    assertThat(file.findings())
        .extracting(f -> f.line() + ":" + f.column() + " " + f.severity() + " " + f.found())
        .containsExactly(
            "1:1 ERROR this section header has no closing bracket",
            "2:1 ERROR \"bare\" begins neither a section, a comment nor a key with a value",
            "3:1 ERROR there is no key before the \"=\"",
            "4:1 ERROR this section header has no name",
            "5:1 ERROR this quoted key is not closed",
            "6:10 WARNING what follows the closing ` is ignored",
            "7:7 ERROR the value opened with ` is never closed");
    assertThat(file.sections().getLast().entries())
        .extracting(IniEntry::key)
        .containsExactly("ok", "raw", "also");
  }

  @Test
  void decodesTheEncodingsThatAFileMayHave() {
    String text = "[s]\nkey = grün\n";
    byte[] latin1 = text.getBytes(StandardCharsets.ISO_8859_1);

    assertThat(FileText.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    assertThat(FileText.decode(("\uFEFF" + text).getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    assertThat(FileText.decode(text.getBytes(StandardCharsets.UTF_16))).isEqualTo(text);
    assertThat(FileText.decode(("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE)))
        .isEqualTo(text);
    assertThat(IniFile.parse("f", FileText.decode(latin1)).findings())
        .singleElement()
        .satisfies(f -> assertThat(f.found()).contains("not UTF-8"))
        .satisfies(f -> assertThat(f.line()).isEqualTo(2));
  }

  @Test
  void readsWhateverStandsThereAndKnowsWhereItStands() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append("ab =:[]\"'`\\#;\n\n\t".charAt(random.nextInt(16)));
      }
      List<String> lines = List.of(text.toString().split("\n", -1));

      IniFile file = IniFile.parse("f", text.toString());

      for (IniSection section : file.sections()) {
        for (IniEntry entry : section.entries()) {
          String line = lines.get(entry.line() - 1);
          assertThat(line.substring(entry.keyColumn() - 1).strip())
              .as("seed %d, text %s", seed, text)
              .startsWith(entry.key());
          String firstLine = entry.value().lines().findFirst().orElse("");
          boolean isInOneLine = line.indexOf('\\') < 0;
          if (isInOneLine) {
            assertThat(line.substring(Math.min(line.length(), entry.valueColumn() - 1)))
                .as("seed %d, text %s", seed, text)
                .startsWith(firstLine);
          }
        }
      }
    }
  }

  private static IniEntry onlyEntry(String text) {
    IniFile file = IniFile.parse("f", text);
    assertThat(file.isWellFormed()).isTrue();
    assertThat(file.sections()).hasSize(1);
    assertThat(file.sections().getFirst().entries()).hasSize(1);
    return file.sections().getFirst().entries().getFirst();
  }
}
