package ofelia.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Environment files, globs, spelling suggestions and JSON arrays.
class SmallPartsTest {

  @Test
  void readsEnvironmentFiles() {
    String text =
        """
        # comment
        B=1

        export A="two words"
          C='x' \s
        no equals
        D=a=b#c
        E="half
        B=3
        =nameless
        F=
        """;

    assertThat(EnvFile.parse(text).entrySet())
        .containsExactly(
            Map.entry("B", "3"),
            Map.entry("A", "two words"),
            Map.entry("C", "x"),
            Map.entry("D", "a=b#c"),
            Map.entry("E", "\"half"),
            Map.entry("F", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "*.ini,a.ini,true",
    "*.ini,.ini,true",
    "*.ini,a.ini.bak,false",
    "a*b*c,aXbYbZc,true",
    "a*b*c,aXbYbZ,false",
    "?.ini,a.ini,true",
    "?.ini,ab.ini,false",
    "[a-c]x,bx,true",
    "[^a-c]x,bx,false",
    "[^a-c]x,dx,true",
    "[x,x,false",
    "[\\]]x,]x,true",
    "[a-,a,false",
    "\\*,*,true",
    "\\*,a,false",
    "*,'',true",
    "**,abc,true",
    "a[,a[,false",
  })
  void matchesFileNames(String pattern, String name, boolean matches) {
    assertThat(Glob.matches(pattern, name)).isEqualTo(matches);
  }

  @Test
  void knowsWhatIsAPattern() {
    assertThat(Glob.isPattern("/etc/ofelia/config.ini")).isFalse();
    assertThat(List.of("*.ini", "a?", "[ab]")).allMatch(Glob::isPattern);
  }

  @ParameterizedTest
  @CsvSource({
    "shedule,schedule",
    "scehdule,schedule",
    "Schedule,schedule",
    "comand,command",
    "tt,tty",
    "volumes,volume",
    "enviroment,environment",
    "save-fold,save-folder",
  })
  void suggestsTheNearestWord(String written, String meant) {
    assertThat(
            Nearest.of(
                written,
                List.of(
                    "schedule", "command", "tty", "user", "volume", "environment", "save-folder")))
        .hasValue(meant);
  }

  @Test
  void suggestsNothingForAWordFarFromAll() {
    assertThat(Nearest.of("xyz", List.of("tty", "user", "pull"))).isEmpty();
    assertThat(Nearest.of("", List.of("tty"))).isEmpty();
  }

  @Test
  void readsJsonArraysOfStrings() {
    assertThat(JsonStrings.parse("[]")).hasValue(List.of());
    assertThat(JsonStrings.parse(" [ \"a\" , \"b,c\" ] ")).hasValue(List.of("a", "b,c"));
    assertThat(JsonStrings.parse("[\"\\\"\\\\\\/\\n\\u00e9\\ud83d\\ude00\"]"))
        .hasValue(List.of("\"\\/\né😀"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "x",
        "[",
        "[\"a\"",
        "[\"a\",]",
        "[\"a\" \"b\"]",
        "[1]",
        "[null]",
        "[\"a\"] x",
        "[\"\\x\"]",
        "[\"\\u00g0\"]",
        "[\"open",
        "{\"a\":1}",
        "null",
        "[[\"a\"]]"
      })
  void anythingElseIsNoArrayOfStrings(String text) {
    assertThat(JsonStrings.parse(text)).isEmpty();
  }
}
